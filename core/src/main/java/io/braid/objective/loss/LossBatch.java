package io.braid.objective.loss;

import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Trajectories;
import java.util.Optional;

/**
 * The input of a loss: the n trained tokens of r responses, packed. It does not contain prompts or
 * masked tokens, so every value and count of a loss respects the loss mask. The batch may be a part
 * of an optimizer step; the totals always refer to the whole step.
 *
 * @param trajectories table of the r rows, with all other columns and the groups
 * @param logProbs [n] log π_θ of each token, with gradients
 * @param oldLogProbs [n] log π_old, a constant
 * @param refLogProbs [n] log π_ref, a constant; present if the loss needs it
 * @param advantages [n] Â_t, a constant
 * @param correction [n] weight of each token, a constant: π_old / π_roll within bounds; present if
 *     the recipe corrects for a difference between the rollout's policy and the trained one
 * @param responseOf [n] INT64 index of each token's response
 * @param lengths [r] number of trained tokens of each response, as a float
 * @param groupOf [r] INT64 index of each response's group, numbered over the whole training step
 * @param promptStates [r, hidden] FLOAT32 mean of the policy's last hidden states over each
 *     response's prompt; present if the loss needs it
 * @param totals counts over the whole optimizer step, for use as divisors
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
   * Counts over the whole optimizer step. With these as divisors, every split into micro-batches
   * gives the same gradient.
   *
   * @param tokens number of trained tokens
   * @param responses number of responses
   * @param groups number of groups of the whole training step; each {@code groupOf} is below it
   */
  public record Totals(long tokens, long responses, long groups) {
    /** Returns the mean number of trained tokens per response. */
    public double meanLength() {
      return (double) tokens / responses;
    }
  }

  /**
   * Sums the tokens' values of each response.
   *
   * @param perToken [n]
   * @return [r]
   */
  public Tensor sumByResponse(Tensor perToken) {
    Tensor none = lengths.times(0); // [r]
    return none.indexAdd(0, responseOf, perToken);
  }

  /**
   * Averages the tokens' values of each response.
   *
   * @param perToken [n]
   * @return [r]
   */
  public Tensor meanByResponse(Tensor perToken) {
    return sumByResponse(perToken).div(lengths);
  }

  /**
   * Returns the value of each response's first token. For advantages, which include the rewards of
   * all later tokens, this is the advantage of the whole response.
   *
   * @param perToken [n]
   * @return [r]
   */
  public Tensor firstByResponse(Tensor perToken) {
    Tensor whole = lengths.to(DType.INT64); // [r]
    return perToken.indexSelect(0, whole.cumsum(0).minus(whole));
  }

  /**
   * Repeats each response's value for each of its tokens.
   *
   * @param perResponse [r]
   * @return [n]
   */
  public Tensor broadcast(Tensor perResponse) {
    return perResponse.indexSelect(0, responseOf);
  }

  /**
   * Multiplies the tokens' values by the rollout correction, if there is one.
   *
   * @param perToken [n]
   * @return [n]
   */
  public Tensor corrected(Tensor perToken) {
    return correction.map(perToken::times).orElse(perToken);
  }
}
