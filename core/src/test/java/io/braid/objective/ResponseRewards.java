package io.braid.objective;

import java.util.Optional;

/**
 * What one response earned, and what was known about its tokens before learning.
 *
 * @param outcome the reward of the whole response, which falls on its last token
 * @param dense a reward at each token beside the outcome, such as a KL penalty; zeros when there is
 *     none
 * @param values V(s_t), what the critic expects before each token; there when the estimator asks
 * @param entropies of the policy at each token, in nats; there when the estimator asks
 */
public record ResponseRewards(
    double outcome, double[] dense, Optional<double[]> values, Optional<double[]> entropies) {
  /** Checks that all speak of the same tokens. */
  public ResponseRewards {
    if (values.isPresent() && values.get().length != dense.length
        || entropies.isPresent() && entropies.get().length != dense.length) {
      throw new IllegalArgumentException("values or entropies for another number of tokens");
    }
  }

  /** A reward for the whole response alone. */
  public static ResponseRewards of(double outcome, int length) {
    return new ResponseRewards(outcome, new double[length], Optional.empty(), Optional.empty());
  }

  /** The same with another outcome. */
  public ResponseRewards withOutcome(double other) {
    return new ResponseRewards(other, dense, values, entropies);
  }

  /** Tokens. */
  public int length() {
    return dense.length;
  }

  /** The sum of all rewards from each token on, later ones discounted, the outcome left out. */
  public double[] denseToGo(double discount) {
    double[] toGo = new double[length()];
    double after = 0;
    for (int t = length() - 1; t >= 0; t--) {
      after = dense[t] + discount * after;
      toGo[t] = after;
    }
    return toGo;
  }

  /** The reward at each token, the outcome on the last. */
  public double[] perToken() {
    double[] rewards = dense.clone();
    rewards[length() - 1] += outcome;
    return rewards;
  }
}
