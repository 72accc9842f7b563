package io.braid.tensor;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Neural-network operations. */
public final class Functional {
  private Functional() {}

  /**
   * x·Wᵀ.
   *
   * @param x [..., in]
   * @param weight [out, in]
   * @return [..., out]
   */
  public static Tensor linear(Tensor x, Tensor weight) {
    return linear(x, weight, Optional.empty());
  }

  /**
   * x·Wᵀ + b.
   *
   * @param x [..., in]
   * @param weight [out, in]
   * @param bias [out]
   * @return [..., out]
   */
  public static Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    if (WidenedProduct.isFaster(x, weight)) {
      return WidenedProduct.linear(x, weight, bias);
    }
    return bias.isEmpty()
        ? new Tensor(torch.linear(x.raw, weight.raw))
        : new Tensor(torch.linear(x.raw, weight.raw, bias.get().raw));
  }

  /**
   * Looks up embeddings, which are rows of a table.
   *
   * @param table [rows, width]
   * @param ids any shape, INT64
   * @return ids' shape, then width
   */
  public static Tensor embedding(Tensor table, Tensor ids) {
    return new Tensor(torch.embedding(table.raw, ids.raw));
  }

  /**
   * Computes x / √(mean(x²) + ε) · w over the last dimension (Zhang and Sennrich 2019), in FLOAT32
   * for 16-bit types, as the published models do.
   *
   * @param x [..., width]
   * @param weight [width]
   */
  public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    DType dtype = x.dtype();
    if (dtype == DType.BFLOAT16 || dtype == DType.FLOAT16) {
      Tensor wide = x.to(DType.FLOAT32);
      Tensor scale = wide.square().mean(-1).unsqueeze(-1).plus(epsilon).pow(-0.5);
      return wide.times(scale).to(dtype).times(weight);
    }
    try (TensorOptional scale = new TensorOptional(weight.raw);
        DoubleOptional eps = new DoubleOptional(epsilon)) {
      return new Tensor(torch.rms_norm(x.raw, new long[] {x.raw.size(-1)}, scale, eps));
    }
  }

  /**
   * Computes (x − mean) / √(variance + ε) · w + b over the last dimension.
   *
   * @param x [..., width]
   * @param weight [width]
   * @param bias [width]
   */
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    try (TensorOptional scale = new TensorOptional(weight.raw);
        TensorOptional shift = new TensorOptional(bias.raw)) {
      return new Tensor(
          torch.layer_norm(
              x.raw, new long[] {x.raw.size(-1)}, scale, shift, epsilon, /* cudnn= */ false));
    }
  }

  /** x·σ(x). */
  public static Tensor silu(Tensor x) {
    return new Tensor(torch.silu(x.raw));
  }

  /** x·Φ(x), with Φ(x) ≈ (1 + tanh(√(2/π)(x + 0.044715·x³)))/2. */
  public static Tensor geluTanh(Tensor x) {
    return new Tensor(torch.gelu(x.raw, "tanh"));
  }

  /** x·Φ(x), with the exact normal distribution function. */
  public static Tensor gelu(Tensor x) {
    return new Tensor(torch.gelu(x.raw));
  }

  /**
   * Applies dropout: zeroes each element with a given probability and scales the remaining elements
   * up to compensate.
   */
  public static Tensor dropout(Tensor x, double probability, RandomSource random) {
    if (probability == 0) {
      return x;
    }
    Tensor kept = Tensor.rand(random, x.shape()).lt(1 - probability);
    return x.times(kept.to(x.dtype())).times(1 / (1 - probability));
  }

  /**
   * Computes softmax(scale·q·kᵀ)·v for each head. Each query attends to the last keys up to its
   * position.
   *
   * @param q [batch, heads, length, d]
   * @param k [batch, kvHeads, length, d]; heads is a multiple of kvHeads
   * @param v [batch, kvHeads, length, d]
   * @param scale factor of q·k
   * @param window maximum number of keys that a query attends to
   * @return [batch, heads, length, d]
   */
  public static Tensor causalAttention(Tensor q, Tensor k, Tensor v, double scale, int window) {
    long length = q.size(2);
    if (window < length) {
      return attention(q, k, v, Optional.of(windowed(q.dtype(), length, window)), scale);
    }
    return attend(q, k, v, Constants.NO_TENSOR, /* causal= */ true, scale);
  }

  /**
   * Returns a mask [length, length]: 0 for the last keys up to the query's own position, −∞ for all
   * others.
   */
  private static Tensor windowed(DType dtype, long length, int window) {
    Tensor query = Tensor.arange(length).view(-1, 1);
    Tensor key = Tensor.arange(length).view(1, -1);
    Tensor seen = query.ge(key).and(query.minus(key).lt(window));
    Tensor zero = Tensor.zeros(dtype, length, length);
    return zero.where(seen, Tensor.full(dtype, Double.NEGATIVE_INFINITY, length, length));
  }

  private static Tensor attend(
      Tensor q, Tensor k, Tensor v, TensorOptional mask, boolean causal, double scale) {
    boolean usual = scale == 1 / Math.sqrt(q.raw.size(-1));
    try (DoubleOptional other = new DoubleOptional(scale)) {
      return new Tensor(
          torch.scaled_dot_product_attention(
              q.raw,
              k.raw,
              v.raw,
              mask,
              0.0,
              causal,
              usual ? Constants.NO_DOUBLE : other,
              /* enable_gqa= */ q.raw.size(1) != k.raw.size(1)));
    }
  }

  /**
   * Computes {@link #attention(Tensor, Tensor, Tensor, Optional, double)} with scores divided by
   * √d.
   */
  public static Tensor attention(Tensor q, Tensor k, Tensor v, Optional<Tensor> mask) {
    return attention(q, k, v, mask, 1 / Math.sqrt(q.raw.size(-1)));
  }

  /**
   * Computes softmax(scale·q·kᵀ + mask)·v for each head.
   *
   * @param q [batch, heads, queries, d]
   * @param k [batch, kvHeads, keys, d]; heads is a multiple of kvHeads
   * @param v [batch, kvHeads, keys, d]
   * @param mask added to the scores, broadcast to [batch, heads, queries, keys]; empty for none
   * @param scale factor of q·k
   * @return [batch, heads, queries, d]
   */
  public static Tensor attention(
      Tensor q, Tensor k, Tensor v, Optional<Tensor> mask, double scale) {
    if (mask.isEmpty()) {
      return attend(q, k, v, Constants.NO_TENSOR, /* causal= */ false, scale);
    }
    try (TensorOptional added = new TensorOptional(mask.get().raw)) {
      return attend(q, k, v, added, /* causal= */ false, scale);
    }
  }

  /** Returns the norm √Σ‖t‖² of several tensors together, as a scalar tensor. */
  public static Tensor globalNorm(List<Tensor> tensors) {
    try (Scope scope = Scope.open();
        TensorVector norms = new TensorVector()) {
      for (Tensor tensor : tensors) {
        norms.push_back(tensor.raw.norm());
      }
      return scope.keep(new Tensor(torch.stack(norms, 0).norm()));
    }
  }

  /** Multiplies every element of several tensors. */
  public static void scaleInPlace(List<Tensor> tensors, double factor) {
    for (Tensor tensor : tensors) {
      tensor.timesInPlace(factor);
    }
  }
}
