package io.braid.model;

import io.braid.tensor.DType;
import io.braid.tensor.Tensor;

/**
 * Which tokens a token attends to: the only difference between training on packed sequences and
 * decoding with a cache. The layers are the same for both.
 */
public sealed interface AttentionContext permits PackedAttention, PagedAttention {
  /**
   * Returns each token's position for the rotary embedding: [n], INT64; or [3, n] in time, height
   * and width, if there are images.
   */
  Tensor positions();

  /** Returns the largest position plus one. */
  int end();

  /**
   * Computes softmax(scale·q·kᵀ)·v over the tokens that each token attends to.
   *
   * @param layer index of the decoder layer, from 0
   * @param how scale and window; queries and keys are already normalised and rotated
   * @param q [n, heads, d]
   * @param k [n, kvHeads, d]
   * @param v [n, kvHeads, d]
   * @param precision minimum precision of products and sums
   * @return [n, heads·d], of q's dtype
   */
  Tensor attend(int layer, Sublayer.Attention how, Tensor q, Tensor k, Tensor v, DType precision);
}
