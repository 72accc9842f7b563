package io.braid.objective;

import java.util.Optional;

/**
 * The rewards of one response, with values and entropies of its tokens.
 *
 * @param outcome reward of the whole response, which belongs to its last token
 * @param dense reward of each token in addition to the outcome, such as a KL penalty; zeros if
 *     there is none
 * @param values V(s_t), the critic's prediction before each token; present if the estimator needs
 *     it
 * @param entropies entropy of the policy at each token, in nats; present if the estimator needs it
 */
public record ResponseRewards(
    double outcome, double[] dense, Optional<double[]> values, Optional<double[]> entropies) {
  /** Checks that all arrays have the same number of tokens. */
  public ResponseRewards {
    if (values.isPresent() && values.get().length != dense.length
        || entropies.isPresent() && entropies.get().length != dense.length) {
      throw new IllegalArgumentException("values or entropies for another number of tokens");
    }
  }

  /** Creates a reward of the whole response, without token rewards. */
  public static ResponseRewards of(double outcome, int length) {
    return new ResponseRewards(outcome, new double[length], Optional.empty(), Optional.empty());
  }

  /** Returns the same rewards with another outcome. */
  public ResponseRewards withOutcome(double other) {
    return new ResponseRewards(other, dense, values, entropies);
  }

  /** Returns the number of tokens. */
  public int length() {
    return dense.length;
  }

  /** Returns the discounted sum of rewards from each token on, without the outcome. */
  public double[] denseToGo(double discount) {
    double[] toGo = new double[length()];
    double after = 0;
    for (int t = length() - 1; t >= 0; t--) {
      after = dense[t] + discount * after;
      toGo[t] = after;
    }
    return toGo;
  }

  /** Returns the reward of each token; the last token's reward includes the outcome. */
  public double[] perToken() {
    double[] rewards = dense.clone();
    rewards[length() - 1] += outcome;
    return rewards;
  }
}
