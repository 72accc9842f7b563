package io.braid.objective.loss;

import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Trajectories;
import java.util.Optional;

/**
 * The input of a loss: the n trained tokens of r responses, packed. Prompts and tokens that the
 * loss mask leaves out are not among them, so whatever a loss computes and counts honours the mask.
 * The batch may be a part of an optimizer step; the totals are always the whole step's.
 *
 * @param trajectories the r rows themselves, for every other column and for groups
 * @param logProbs [n] log π_θ of each token; carries gradients
 * @param oldLogProbs [n] log π_old, a constant
 * @param refLogProbs [n] log π_ref, a constant; present when the loss needs it
 * @param advantages [n]
 * @param correction [n] a constant weight of each token, π_old / π_roll within bounds; present when
 *     the recipe corrects for what the rollout was sampled with
 * @param responseOf [n] INT64: the index of each token's response
 * @param lengths [r] trained tokens of each response, as a float
 * @param groupOf [r] INT64: the group of each response, numbered over the whole training step
 * @param promptStates [r, hidden] the mean of the policy's last hidden states over each response's
 *     prompt, FLOAT32; present when the loss asks for it
 * @param totals the counts for divisors
 */
public record LossBatch(
    Trajectories trajectories,
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
   * Counts over the whole optimizer step, so that any split of it into micro-batches gives the same
   * gradient.
   *
   * @param tokens trained tokens
   * @param responses responses
   * @param groups groups of the whole training step; {@code groupOf} is below it
   */
  public record Totals(long tokens, long responses, long groups) {
    /** Mean number of trained tokens of a response. */
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
   * The number of each response's first token. Of advantages, which include the rewards of all
   * later tokens, it is the advantage of the whole response.
   *
   * @param perToken [n]
   * @return [r]
   */
  public Tensor firstByResponse(Tensor perToken) {
    Tensor whole = lengths.to(DType.INT64); // [r]
    return perToken.indexSelect(0, whole.cumsum(0).minus(whole));
  }

  /**
   * Repeats each response's number for each of its tokens.
   *
   * @param perResponse [r]
   * @return [n]
   */
  public Tensor broadcast(Tensor perResponse) {
    return perResponse.indexSelect(0, responseOf);
  }

  /**
   * Multiplies tokens by the rollout correction, where there is one.
   *
   * @param perToken [n]
   * @return [n]
   */
  public Tensor corrected(Tensor perToken) {
    return correction.map(perToken::times).orElse(perToken);
  }
}
