package io.braid.flow;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which of the policy's own responses, and which of their tokens, a field learns from during a run
 * (arXiv 2510.10201, section 3.2, and the published code).
 *
 * @param batchCorrect whether only responses count that earned the full reward
 * @param trajectoryEntropy only a response's tokens count whose entropy reaches this quantile
 * @param softFlow the weight of what does not count
 */
public record RejectionSampling(
    @Doc("Only responses that earned a reward of 1 or more count.") @Default("true")
        boolean batchCorrect,
    @Doc("Only the tokens count whose entropy reaches this quantile of their response.")
        Optional<Double> trajectoryEntropy,
    @Doc("The weight of what does not count.") @Default("0.0") double softFlow) {
  private static final double FULL_REWARD = 1;

  /** Right responses, whole: the published setting. */
  public static final RejectionSampling PUBLISHED =
      new RejectionSampling(true, Optional.empty(), 0);

  /** Checks the settings. */
  public RejectionSampling {
    trajectoryEntropy.ifPresent(quantile -> {
      if (!(quantile >= 0 && quantile <= 1)) {
        throw new UserError("trajectory_entropy: must be between 0 and 1, here " + quantile);
      }
    });
    if (!(softFlow >= 0 && softFlow <= 1)) {
      throw new UserError("soft_flow: must be between 0 and 1, here " + softFlow);
    }
  }

  /** Whether it asks for entropies. */
  public boolean usesEntropies() {
    return trajectoryEntropy.isPresent();
  }

  /** The weight of a response among the others. */
  public double ofResponse(double reward) {
    return !batchCorrect || reward >= FULL_REWARD ? 1 : softFlow;
  }

  /**
   * The weights of a response's tokens, whose sum is 1: the loss is a mean over its tokens.
   *
   * @param length tokens
   * @param entropies of its tokens, when {@link #usesEntropies}
   */
  public float[] ofTokens(int length, Optional<float[]> entropies) {
    double[] weights = new double[length];
    Arrays.fill(weights, 1);
    if (trajectoryEntropy.isPresent()) {
      float[] known = entropies.orElseThrow();
      double bound = quantile(known, trajectoryEntropy.get());
      Arrays.setAll(weights, t -> known[t] >= bound ? 1 : softFlow);
    }
    double sum = Arrays.stream(weights).sum();
    float[] shares = new float[length];
    for (int t = 0; t < length; t++) {
      shares[t] = (float) (weights[t] / sum);
    }
    return shares;
  }

  /** A quantile by linear interpolation between the sorted values. */
  private static double quantile(float[] values, double at) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = at * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - (double) sorted[below]);
  }
}
