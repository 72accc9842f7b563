package io.braid.objective;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * How much better than expected each token of each response was.
 *
 * @param values by group, response and token
 * @param returns what a critic should have expected before each token; there when the estimator
 *     uses one
 */
public record Advantages(List<List<double[]>> values, Optional<List<List<double[]>>> returns) {

  /** Advantages that teach no critic. */
  public static Advantages of(List<List<double[]>> values) {
    return new Advantages(values, Optional.empty());
  }

  /**
   * With more rewards of tokens, summed backwards: Â_t + Σ_{i≥t} r_i.
   *
   * @param rewards of the tokens, response after response
   */
  public Advantages plusToGo(Iterable<double[]> rewards) {
    Iterator<double[]> next = rewards.iterator();
    List<List<double[]>> sums = new ArrayList<>(values.size());
    for (List<double[]> group : values) {
      sums.add(group.stream().map(own -> plusToGo(own, next.next())).toList());
    }
    return new Advantages(sums, returns);
  }

  private static double[] plusToGo(double[] advantages, double[] rewards) {
    double[] sums = new double[advantages.length];
    double toGo = 0;
    for (int t = sums.length - 1; t >= 0; t--) {
      toGo += rewards[t];
      sums[t] = advantages[t] + toGo;
    }
    return sums;
  }

  /** The tokens' advantages of one response. */
  public double[] of(int group, int response) {
    return values.get(group).get(response);
  }

  /** The tokens' returns of one response, where there are returns. */
  public Optional<double[]> returnsOf(int group, int response) {
    return returns.map(all -> all.get(group).get(response));
  }
}
