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
 * <p>Every forward pass multiplies by the merged W, in training and in rollouts. The policy that
 * samples therefore equals the trained policy bit for bit. W is kept in memory, or merged anew for
 * each pass ({@link MergedMemory}). The backward pass needs no gradient of W: ∂/∂B = s·gᵀ(x·Aᵀ),
 * ∂/∂A = s·(g·B)ᵀx.
 *
 * <p>With dropout, an adapter's input is d = f∘x with factors f. Since W contains the adapter, a
 * training pass adds s·(d − x)·Aᵀ·Bᵀ to x·Wᵀ, and d takes the place of x in the gradients of A and
 * B.
 */
public final class AdaptedLinear implements Projection, AutoCloseable {
  private final MergedMemory memory; // its tensor is the caller's
  private final Optional<Tensor> bias; // [out], the caller's
  private final FrozenMatrix base; // W₀
  private final List<Adapter> adapters;
  private boolean removed;

  /**
   * An adapter of some rows of W.
   *
   * @param down A, [rank, in]
   * @param up B, [rows, rank]
   * @param firstRow index of the first row
   * @param scale s
   * @param dropout dropout of the inputs, shared by a model's adapters
   * @param index index of the adapter in the model
   */
  public record Adapter(
      Tensor down, Tensor up, long firstRow, double scale, InputDropout dropout, int index) {
    private Optional<Tensor> factors(Tensor x) {
      return dropout.factors(index, x);
    }

    /** Returns (d − x)·Aᵀ·Bᵀ·s; A and B are constants. */
    private Tensor correction(Tensor x, Tensor factors) {
      return x.times(factors.minus(1))
          .matmul(down.detach().transpose(0, 1))
          .matmul(up.detach().transpose(0, 1))
          .times(scale);
    }

    private Tensor rowsOf(Tensor wide, long dim) {
      return wide.narrow(dim, firstRow, up.size(0));
    }
  }

  /**
   * Adapts a layer.
   *
   * @param memory memory of the merged weights
   * @param bias [out] frozen bias, if the layer has one
   * @param base W₀; closed with this object
   * @param adapters adapters of disjoint rows, or none for a frozen layer; their tensors are closed
   *     with this object
   */
  public AdaptedLinear(
      MergedMemory memory, Optional<Tensor> bias, FrozenMatrix base, List<Adapter> adapters) {
    this.memory = memory;
    this.bias = bias;
    this.base = base;
    this.adapters = List.copyOf(adapters);
    merge();
  }

  /**
   * Returns the merged weights, [out, in]. If layers share the memory, they are valid until another
   * layer of the same shape is computed.
   */
  public Tensor weight() {
    return memory.with(this, this::write);
  }

  /** Returns the layer with merged weights, which are valid as long as those of {@link #weight}. */
  public Linear merged() {
    return new Linear(weight(), bias);
  }

  /** Returns whether the merged weights stay in memory. */
  public boolean isKeptMerged() {
    return !memory.isShared();
  }

  /**
   * Replaces rows of W₀; call {@link #merge} when all are replaced.
   *
   * @param firstRow index of the first row
   * @param rows [n, in]
   */
  public void setBase(long firstRow, Tensor rows) {
    base.set(firstRow, rows);
    memory.forget(this);
  }

  /** Adds the adapters to the weights; call it whenever A or B has changed. */
  public void merge() {
    refresh(/* without= */ false);
  }

  /** Removes the adapters from the weights until the next {@link #merge}. */
  public void unmerge() {
    refresh(/* without= */ true);
  }

  private void refresh(boolean without) {
    removed = without;
    memory.forget(this);
    if (isKeptMerged()) {
      weight();
    }
  }

  /** Writes W₀ + s·B·A, or W₀ alone while the adapters are removed. */
  private void write(Tensor to) {
    base.into(to);
    if (removed) {
      return;
    }
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      for (Adapter each : adapters) {
        each.rowsOf(to, 0)
            .plusProductInPlace(each.up.detach().times(each.scale), each.down.detach());
      }
    }
  }

  @Override
  public Tensor apply(Tensor x) {
    if (!Gradients.recorded()) {
      Tensor y = merged().apply(x);
      int last = y.shape().length - 1;
      for (Adapter each : adapters) {
        each.factors(x)
            .ifPresent(factors -> each.rowsOf(y, last).addInPlace(each.correction(x, factors)));
      }
      return y;
    }
    Tensor weight = isKeptMerged() ? weight() : weight().copy(); // autograd keeps it
    Tensor y = new Linear(weight, bias).apply(x);
    return adapters.isEmpty() ? y : y.plus(recorded(x));
  }

  /**
   * Returns what makes A and B part of the autograd graph: zeros, since their contribution is
   * already in W, or what dropout adds to it.
   */
  private Tensor recorded(Tensor x) {
    List<Tensor> parts = new ArrayList<>(); // [n, rows] each
    long next = 0;
    for (Adapter each : adapters) {
      zeros(x, each.firstRow - next).ifPresent(parts::add);
      Optional<Tensor> factors = each.factors(x);
      Tensor input = factors.map(x.detach()::times).orElseGet(x::detach);
      Tensor product = input.matmul(each.down.transpose(0, 1)).matmul(each.up.transpose(0, 1));
      Tensor nothing = product.minus(product.detach()).times(each.scale);
      parts.add(factors.map(f -> nothing.plus(each.correction(x, f))).orElse(nothing));
      next = each.firstRow + each.up.size(0);
    }
    zeros(x, memory.weight().size(0) - next).ifPresent(parts::add);
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
    Tensor atInput = gradient.matmul(weight());
    for (Adapter each : adapters) {
      try (Scope scope = Scope.open()) {
        Optional<Tensor> factors = each.factors(x);
        Tensor input = factors.map(x::times).orElse(x); // [n, in]
        Tensor own = each.rowsOf(gradient, 1).times(each.scale); // [n, rows]
        Tensor low = input.matmul(each.down.detach().transpose(0, 1)); // [n, rank]
        each.up.gradToAddTo().plusProductInPlace(own.transpose(0, 1), low);
        Tensor lowGradient = own.matmul(each.up.detach()); // [n, rank]
        each.down.gradToAddTo().plusProductInPlace(lowGradient.transpose(0, 1), input);
        factors.ifPresent(
            f -> atInput.addInPlace(lowGradient.matmul(each.down.detach()).times(f.minus(1))));
      }
    }
    return atInput;
  }

  @Override
  public long bytes() {
    return memory.weight().bytes() + bias.map(Tensor::bytes).orElse(0L);
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
