package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Tensor;

/**
 * Which tokens a token may look at: the one thing in which training on packed sequences and
 * decoding with a cache differ. The layers around it are the same code for both.
 */
public sealed interface AttentionContext permits PackedAttention, PagedAttention {
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
   * @param precision what products and sums are at least computed in
   * @return [n, heads·d], of q's dtype
   */
  Tensor attend(int layer, Tensor q, Tensor k, Tensor v, DType precision);
}
