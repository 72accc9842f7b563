package io.braid.nn;

import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * x·Wᵀ + b with low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685): W = W₀ + s·B·A on the
 * rows of each adapter. W₀ and b are frozen, A and B are trained.
 *
 * <p>W is stored merged, and every forward pass multiplies by it, in training and in rollouts. The
 * policy that samples therefore equals the trained policy bit for bit, and a forward pass costs the
 * same as without adapters. The backward pass needs no gradient of W: ∂/∂B = s·gᵀ(x·Aᵀ), ∂/∂A =
 * s·(g·B)ᵀx.
 */
public final class AdaptedLinear implements Projection, AutoCloseable {
  private final Linear merged; // its tensors are the caller's
  private final FrozenMatrix base; // W₀
  private final List<Adapter> adapters;

  /**
   * An adapter of some rows of W.
   *
   * @param down A, [rank, in]
   * @param up B, [rows, rank]
   * @param firstRow index of the first row
   * @param scale s
   */
  public record Adapter(Tensor down, Tensor up, long firstRow, double scale) {
    private Tensor rowsOf(Tensor wide, long dim) {
      return wide.narrow(dim, firstRow, up.size(0));
    }
  }

  /**
   * Adapts a layer.
   *
   * @param merged the layer whose weight contains W from now on; it is frozen
   * @param base W₀; closed with this object
   * @param adapters adapters of disjoint rows; their tensors are closed with this object
   */
  public AdaptedLinear(Linear merged, FrozenMatrix base, List<Adapter> adapters) {
    this.merged = merged;
    this.base = base;
    this.adapters = List.copyOf(adapters);
    merge();
  }

  /** Returns the layer with merged weights. */
  public Linear merged() {
    return merged;
  }

  /** Writes W₀ + s·B·A into the weight; call it whenever A or B has changed. */
  public void merge() {
    base.into(merged.weight());
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      for (Adapter each : adapters) {
        each.rowsOf(merged.weight(), 0)
            .plusProductInPlace(each.up.detach().times(each.scale), each.down.detach());
      }
    }
  }

  /** Writes W₀ into the weight, which removes the adapters until the next {@link #merge}. */
  public void unmerge() {
    base.into(merged.weight());
  }

  @Override
  public Tensor apply(Tensor x) {
    Tensor y = merged.apply(x);
    return Gradients.recorded() ? y.plus(recorded(x.detach())) : y;
  }

  /**
   * Returns zeros that make A and B part of the autograd graph; their contribution is already in W.
   */
  private Tensor recorded(Tensor x) {
    List<Tensor> parts = new ArrayList<>(); // [n, rows] each
    long next = 0;
    for (Adapter each : adapters) {
      zeros(x, each.firstRow - next).ifPresent(parts::add);
      Tensor product = x.matmul(each.down.transpose(0, 1)).matmul(each.up.transpose(0, 1));
      parts.add(product.minus(product.detach()).times(each.scale));
      next = each.firstRow + each.up.size(0);
    }
    zeros(x, merged.weight().size(0) - next).ifPresent(parts::add);
    return Tensor.cat(parts, -1);
  }

  private static Optional<Tensor> zeros(Tensor x, long columns) {
    long[] shape = x.shape();
    shape[shape.length - 1] = columns;
    return columns == 0 ? Optional.empty() : Optional.of(Tensor.zeros(x.dtype(), shape));
  }

  /**
   * Runs the backward pass of {@link #apply} and adds to the gradients of A and B.
   *
   * @param gradient [n, out] gradient with respect to the output
   * @param x [n, in] input
   * @return [n, in] gradient with respect to the input
   */
  public Tensor backward(Tensor gradient, Tensor x) {
    for (Adapter each : adapters) {
      try (Scope scope = Scope.open()) {
        Tensor own = each.rowsOf(gradient, 1).times(each.scale); // [n, rows]
        Tensor low = x.matmul(each.down.detach().transpose(0, 1)); // [n, rank]
        each.up.gradToAddTo().plusProductInPlace(own.transpose(0, 1), low);
        Tensor lowGradient = own.matmul(each.up.detach()); // [n, rank]
        each.down.gradToAddTo().plusProductInPlace(lowGradient.transpose(0, 1), x);
      }
    }
    return gradient.matmul(merged.weight());
  }

  @Override
  public long bytes() {
    return merged.bytes();
  }

  @Override
  public void close() {
    base.close();
    for (Adapter each : adapters) {
      each.down.close();
      each.up.close();
    }
  }
}
