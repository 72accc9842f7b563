package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Tensor;

/**
 * Which tokens a token may look at: the one thing in which training on packed sequences and
 * decoding with a cache differ. The layers around it are the same code for both.
 */
public sealed interface AttentionContext permits PackedAttention, CachedAttention {
  /**
   * What scores and their softmax are computed in.
   *
   * <p>Everything else in a layer gives the same bits for a token whatever stands beside it;
   * attention alone sums in an order that depends on the shapes around it. A float32 model attends
   * in FLOAT64, so that rounding back hides the order, and the log-probabilities of a rollout are
   * those of training (2e-5 apart without, 4e-7 with, on the quickstart's model). Half-width models
   * attend in FLOAT32, which this libtorch differentiates several times faster than BFLOAT16.
   */
  static DType computedIn(DType model) {
    return switch (model) {
      case FLOAT32, FLOAT64 -> DType.FLOAT64;
      default -> DType.FLOAT32;
    };
  }

  /** Each token's place in its sequence: [n], INT64. */
  Tensor positions();

  /** One more than the largest position. */
  int end();

  /**
   * Softmax(q·kᵀ/√d)·v over what each token may see.
   *
   * @param layer which decoder layer asks, from 0
   * @param q [n, heads, d], turned
   * @param k [n, kvHeads, d], turned
   * @param v [n, kvHeads, d]
   * @return [n, heads·d]
   */
  Tensor attend(int layer, Tensor q, Tensor k, Tensor v);
}
