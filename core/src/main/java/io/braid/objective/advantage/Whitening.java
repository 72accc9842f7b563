package io.braid.objective.advantage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the numbers of a step's tokens have mean 0 and standard deviation 1. */
final class Whitening {
  private static final double EPSILON = 1e-8;

  private Whitening() {}

  /**
   * (x − mean) / √(var + 1e-8) over all tokens of the batch, var with n − 1. One token alone has
   * nothing to be compared with: 0.
   *
   * @param tokens by group, response and token
   */
  static List<List<double[]>> of(List<List<double[]>> tokens) {
    double[] all = tokens.stream().flatMap(List::stream).flatMapToDouble(Arrays::stream).toArray();
    Scaled scaled = Scaled.of(all);
    double unit = scaled.unit();
    double mean = scaled.mean();
    double squares = 0;
    for (double x : scaled.numbers()) {
      squares += (x - mean) * (x - mean);
    }
    double std = Math.sqrt(squares / Math.max(1, all.length - 1) + EPSILON / unit / unit);
    double scale = std == 0 ? 0 : 1 / std; // beside huge numbers ε is nothing
    List<List<double[]>> whitened = new ArrayList<>(tokens.size());
    for (List<double[]> group : tokens) {
      List<double[]> responses = new ArrayList<>(group.size());
      for (double[] response : group) {
        responses.add(Arrays.stream(response).map(x -> (x / unit - mean) * scale).toArray());
      }
      whitened.add(responses);
    }
    return whitened;
  }
}
