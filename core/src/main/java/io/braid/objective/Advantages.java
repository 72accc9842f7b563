package io.braid.objective;

import java.util.List;

/**
 * How much better than expected each token of each response was.
 *
 * @param values by group, response and token
 */
public record Advantages(List<List<double[]>> values) {

  /** The tokens' advantages of one response. */
  public double[] of(int group, int response) {
    return values.get(group).get(response);
  }
}
