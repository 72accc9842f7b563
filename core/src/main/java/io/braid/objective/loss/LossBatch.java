package io.braid.objective.loss;

import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * What a loss is made of: the n response tokens of r responses, packed, prompts left out. It may be
 * a part of an optimizer step's responses; the totals are always the whole step's.
 *
 * @param logProbs [n] log π_θ of each token; carries gradients
 * @param oldLogProbs [n] log π_old, a constant
 * @param refLogProbs [n] log π_ref, a constant; there when the loss asks for it
 * @param advantages [n]
 * @param responseOf [n] INT64: which response a token belongs to
 * @param lengths [r] tokens of each response, as a float
 * @param promptStates [r, hidden] the mean of the policy's last hidden states over each response's
 *     prompt, FLOAT32, cut off from the policy; there when the loss asks for it
 * @param totals what the divisors count
 */
public record LossBatch(
    Tensor logProbs,
    Tensor oldLogProbs,
    Optional<Tensor> refLogProbs,
    Tensor advantages,
    Tensor responseOf,
    Tensor lengths,
    Optional<Tensor> promptStates,
    Totals totals) {

  /**
   * Counted once over the whole optimizer step, so that any split of it into micro-batches gives
   * the same gradient.
   *
   * @param tokens response tokens
   * @param responses responses
   */
  public record Totals(long tokens, long responses) {}

  /**
   * Sums tokens by response.
   *
   * @param perToken [n]
   * @return [r]
   */
  public Tensor sumByResponse(Tensor perToken) {
    Tensor none = lengths.times(0); // [r]
    return none.indexAdd(0, responseOf, perToken);
  }

  /**
   * Means over each response's tokens.
   *
   * @param perToken [n]
   * @return [r]
   */
  public Tensor meanByResponse(Tensor perToken) {
    return sumByResponse(perToken).over(lengths);
  }
}
