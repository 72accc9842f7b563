package io.braid.tensor;

import java.util.Optional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * Products of bfloat16 matrices on processors without bfloat16 instructions: the factors are
 * widened to float32 and multiplied, and the product is rounded once. Libtorch's own bfloat16
 * product gives the same result except for the order of its sums, but emulates the instructions,
 * which is several times slower.
 */
final class WidenedProduct {
  /**
   * Minimum number of rows; with fewer rows, reading the weights dominates, and bfloat16 weights
   * have half as many bytes.
   */
  static final int FEWEST_ROWS = 8;

  /**
   * The number of weights widened at a time: few enough to fit into the cache, but enough for an
   * efficient product.
   */
  private static final long BLOCK = 1 << 21;

  private WidenedProduct() {}

  /** Returns whether a product is faster in float32 on this machine. */
  static boolean isFaster(Tensor x, Tensor weight) {
    return weight.dtype() == DType.BFLOAT16
        && Backend.current().widensBfloat16()
        && weight.raw.is_cpu()
        && (x.numel() >= FEWEST_ROWS * weight.size(1) || x.dtype() == DType.FLOAT32);
  }

  /**
   * Computes x·Wᵀ + b, accumulated in FLOAT32.
   *
   * @param x [..., in], BFLOAT16 or FLOAT32
   * @param weight [out, in]
   * @param bias [out]
   * @return [..., out], of x's dtype
   */
  static Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    boolean recorded =
        GradMode.is_enabled()
            && (x.requiresGrad()
                || weight.requiresGrad()
                || bias.map(Tensor::requiresGrad).orElse(false));
    return recorded ? whole(x, weight, bias) : byBlocks(x, weight, bias);
  }

  /** Computes the product under autograd; its backward pass also multiplies in FLOAT32. */
  private static Tensor whole(Tensor x, Tensor weight, Optional<Tensor> bias) {
    return wide(x.to(DType.FLOAT32), weight.to(DType.FLOAT32), bias).to(x.dtype());
  }

  /** Widens some rows of the weights at a time, so that they stay in the cache. */
  private static Tensor byBlocks(Tensor x, Tensor weight, Optional<Tensor> bias) {
    long out = weight.size(0);
    long in = weight.size(1);
    long height = Math.clamp(BLOCK / in, 1, out);
    long[] shape = x.shape();
    shape[shape.length - 1] = out;
    try (Scope scope = Scope.open();
        Scalar keep = new Scalar(bias.isPresent() ? 1 : 0);
        Scalar one = new Scalar(1)) {
      Tensor wideX = x.to(DType.FLOAT32).reshape(-1, in);
      Tensor block = Tensor.empty(DType.FLOAT32, height, in);
      Tensor product = Tensor.empty(DType.FLOAT32, wideX.size(0), out);
      bias.ifPresent(product::copyInPlace);
      for (long from = 0; from < out; from += height) {
        long start = from;
        long rows = Math.min(height, out - from);
        try (Scope each = Scope.open()) {
          Tensor part = block.narrow(0, 0, rows).copyInPlace(weight.narrow(0, start, rows));
          product.narrow(1, start, rows).raw.addmm_(wideX.raw, part.transpose(0, 1).raw, keep, one);
        }
      }
      return scope.keep(product.view(shape).to(x.dtype()));
    }
  }

  private static Tensor wide(Tensor x, Tensor weight, Optional<Tensor> bias) {
    return bias.isEmpty()
        ? new Tensor(torch.linear(x.raw, weight.raw))
        : new Tensor(torch.linear(x.raw, weight.raw, bias.get().to(DType.FLOAT32).raw));
  }
}
