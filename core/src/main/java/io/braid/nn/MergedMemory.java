package io.braid.nn;

import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Memory for merged weights W₀ + s·B·A. It belongs to one layer, or several layers of the same
 * shape share it: each then merges its weights when it is computed and overwrites those of the
 * layer before, so that only one layer's merged weights are in memory at a time.
 *
 * <p>Shared memory is for one computing thread.
 */
public final class MergedMemory {
  private final Tensor weight; // [out, in]
  private final boolean shared;
  private Optional<AdaptedLinear> holder = Optional.empty();

  private MergedMemory(Tensor weight, boolean shared) {
    this.weight = weight;
    this.shared = shared;
  }

  /**
   * Uses a layer's weight as the memory of its merged weights.
   *
   * @param weight [out, in]; the caller closes it
   */
  public static MergedMemory of(Tensor weight) {
    return new MergedMemory(weight, /* shared= */ false);
  }

  /** Allocates memory that layers share; the caller closes {@link #weight}. */
  public static MergedMemory shared(long out, long in) {
    return new MergedMemory(Tensor.empty(DType.FLOAT32, out, in).owned(), /* shared= */ true);
  }

  /** Returns whether several layers use this memory in turn. */
  public boolean isShared() {
    return shared;
  }

  /** Returns the memory: [out, in]. */
  public Tensor weight() {
    return weight;
  }

  /** Returns the memory with a layer's weights, which are merged if they are not there yet. */
  Tensor with(AdaptedLinear layer, Consumer<Tensor> merge) {
    if (holder.isEmpty() || holder.get() != layer) {
      holder = Optional.empty(); // in case merging fails
      merge.accept(weight);
      holder = Optional.of(layer);
    }
    return weight;
  }

  /** Makes a layer merge its weights again when it is next computed. */
  void forget(AdaptedLinear layer) {
    holder = holder.filter(it -> it != layer);
  }
}
