package io.braid.objective.loss;

import io.braid.tensor.DType;
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
 * @param correction [n] a constant weight of each token, π_old / π_roll kept in bounds; there when
 *     the responses are corrected for where they were sampled
 * @param responseOf [n] INT64: which response a token belongs to
 * @param lengths [r] tokens of each response, as a float
 * @param groupOf [r] INT64: which of the step's prompts a response belongs to
 * @param promptStates [r, hidden] the mean of the policy's last hidden states over each response's
 *     prompt, FLOAT32; there when the loss asks for it
 * @param totals what the divisors count
 */
public record LossBatch(
    Tensor logProbs,
    Tensor oldLogProbs,
    Optional<Tensor> refLogProbs,
    Tensor advantages,
    Optional<Tensor> correction,
    Tensor responseOf,
    Tensor lengths,
    Tensor groupOf,
    Optional<Tensor> promptStates,
    Totals totals) {

  /**
   * Counted once over the whole optimizer step, so that any split of it into micro-batches gives
   * the same gradient.
   *
   * @param tokens response tokens
   * @param responses responses
   * @param groups prompts that the whole step has; {@code groupOf} is below it
   */
  public record Totals(long tokens, long responses, long groups) {
    /** Tokens of a response, on average. */
    public double meanLength() {
      return (double) tokens / responses;
    }
  }

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
    return sumByResponse(perToken).div(lengths);
  }

  /**
   * What each response's first token has. Of advantages that were summed backwards it is the whole
   * response's.
   *
   * @param perToken [n]
   * @return [r]
   */
  public Tensor firstByResponse(Tensor perToken) {
    Tensor whole = lengths.to(DType.INT64); // [r]
    return perToken.indexSelect(0, whole.cumsum(0).minus(whole));
  }

  /**
   * Gives each token its response's number.
   *
   * @param perResponse [r]
   * @return [n]
   */
  public Tensor spread(Tensor perResponse) {
    return perResponse.indexSelect(0, responseOf);
  }

  /**
   * Weighs tokens by the rollout correction, where there is one.
   *
   * @param perToken [n]
   * @return [n]
   */
  public Tensor corrected(Tensor perToken) {
    return correction.map(perToken::times).orElse(perToken);
  }
}
