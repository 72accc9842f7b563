package io.braid.model;

import io.braid.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/**
 * The location of a published tensor in the model's parameters: some rows of one parameter.
 *
 * <p>Query, key and value projections are one parameter here, and so are gate and up projections,
 * because one large product is faster than several small ones; checkpoints store them separately.
 *
 * @param name published name, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param parameter the parameter that holds it. An adapted matrix may have to be merged first, and
 *     is then valid until the next call
 * @param firstRow first row within the parameter
 * @param shape shape of the published tensor
 */
public record NamedView(String name, Supplier<Tensor> parameter, long firstRow, List<Long> shape) {
  /** Creates a view of rows of a parameter. */
  public NamedView {
    shape = List.copyOf(shape);
  }

  /** Returns the published tensor, as a view of the parameter. */
  public Tensor tensor() {
    return of(parameter.get());
  }

  /**
   * Returns the tensor's rows as a view of a tensor of the parameter's shape, such as its gradient.
   */
  public Tensor of(Tensor likeParameter) {
    return likeParameter.narrow(0, firstRow, shape.getFirst());
  }

  /** Returns the number of values. */
  public long numel() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}
