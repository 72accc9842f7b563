package io.braid.flow;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Arrays;
import java.util.Optional;

/**
 * Selects the policy's own responses and tokens from which a field learns during a run (arXiv
 * 2510.10201, section 3.2, and the published code).
 *
 * @param batchCorrect whether only responses with the full reward are selected
 * @param trajectoryEntropy quantile of a response's entropies; only tokens with at least this
 *     entropy are selected
 * @param softFlow weight of responses and tokens that are not selected
 */
public record RejectionSampling(
    @Doc("Learn only from responses with a reward of at least 1.") @Default("true")
        boolean batchCorrect,
    @Doc("Learn only from tokens whose entropy reaches this quantile of their response.")
        Optional<Double> trajectoryEntropy,
    @Doc("Weight of responses and tokens that are not selected.") @Default("0.0") double softFlow) {
  private static final double FULL_REWARD = 1;

  /** The published setting: all tokens of correct responses. */
  public static final RejectionSampling PUBLISHED =
      new RejectionSampling(true, Optional.empty(), 0);

  /** Checks the settings. */
  public RejectionSampling {
    trajectoryEntropy.ifPresent(quantile -> {
      Check.between("trajectory_entropy", quantile, 0, 1);
    });
    Check.between("soft_flow", softFlow, 0, 1);
  }

  /** Returns whether the selection needs entropies. */
  public boolean usesEntropies() {
    return trajectoryEntropy.isPresent();
  }

  /** Returns the weight of a response. */
  public double ofResponse(double reward) {
    return !batchCorrect || reward >= FULL_REWARD ? 1 : softFlow;
  }

  /**
   * Returns the weights of a response's tokens. Their sum is 1, so the loss is a mean over the
   * tokens.
   *
   * @param length number of tokens
   * @param entropies entropies of the tokens, required if {@link #usesEntropies}
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
    float[] normalised = new float[length];
    for (int t = 0; t < length; t++) {
      normalised[t] = (float) (weights[t] / sum);
    }
    return normalised;
  }

  /** Returns a quantile by linear interpolation between the sorted values. */
  private static double quantile(float[] values, double at) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double index = at * (sorted.length - 1);
    int below = (int) Math.floor(index);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (index - below) * (sorted[above] - (double) sorted[below]);
  }
}
