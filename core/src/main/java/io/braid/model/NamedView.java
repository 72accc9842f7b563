package io.braid.model;

import io.braid.nn.AdaptedLinear;
import io.braid.tensor.Tensor;
import java.util.List;

/**
 * The location of a published tensor in the model's parameters: some rows of one parameter.
 *
 * <p>Query, key and value projections are one parameter here, and so are gate and up projections,
 * because one large product is faster than several small ones; checkpoints store them separately.
 *
 * @param name published name, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param parameter the parameter that holds it
 * @param firstRow first row within the parameter
 * @param shape shape of the published tensor
 */
public record NamedView(String name, Stored parameter, long firstRow, List<Long> shape) {
  /** Creates a view of rows of a parameter. */
  public NamedView {
    shape = List.copyOf(shape);
  }

  /** The values of a parameter. */
  public interface Stored {
    /**
     * Returns the current values. An adapted matrix may have to be merged first; it is then valid
     * until the next call for a matrix of the same shape.
     */
    Tensor get();

    /** Replaces rows, of an adapted matrix those of its base; the model must then be merged. */
    void set(long firstRow, Tensor rows);

    /** Returns the values of a tensor that holds the whole parameter. */
    static Stored in(Tensor tensor) {
      return new Stored() {
        @Override
        public Tensor get() {
          return tensor;
        }

        @Override
        public void set(long firstRow, Tensor rows) {
          tensor.narrow(0, firstRow, rows.size(0)).copyInPlace(rows);
        }
      };
    }

    /** Returns the values of an adapted matrix. */
    static Stored in(AdaptedLinear layer) {
      return new Stored() {
        @Override
        public Tensor get() {
          return layer.weight();
        }

        @Override
        public void set(long firstRow, Tensor rows) {
          layer.setBase(firstRow, rows);
        }
      };
    }
  }

  /** Returns the published tensor, as a view of the parameter. */
  public Tensor tensor() {
    return of(parameter.get());
  }

  /**
   * Replaces the published tensor, without recording gradients. If the matrix is adapted, this
   * replaces its base, and the model must then be merged.
   *
   * @param values a tensor of this shape, of any floating-point type
   */
  public void set(Tensor values) {
    parameter.set(firstRow, values);
  }

  /**
   * Returns the tensor's rows as a view of a tensor of the parameter's shape, such as its gradient.
   */
  public Tensor of(Tensor likeParameter) {
    return likeParameter.narrow(0, firstRow, shape.getFirst());
  }

  /** Returns the same rows of a matrix that is now adapted. */
  NamedView in(AdaptedLinear layer) {
    return new NamedView(name, Stored.in(layer), firstRow, shape);
  }

  /** Returns the number of values. */
  public long numel() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}
