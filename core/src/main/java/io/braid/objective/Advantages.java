package io.braid.objective;

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

  /** The tokens' advantages of one response. */
  public double[] of(int group, int response) {
    return values.get(group).get(response);
  }

  /** The tokens' returns of one response, where there are returns. */
  public Optional<double[]> returnsOf(int group, int response) {
    return returns.map(all -> all.get(group).get(response));
  }
}
