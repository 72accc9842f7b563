package io.braid.objective.advantage;

/** Normalises the numbers of a step's tokens to mean 0 and standard deviation 1. */
final class Whitening {
  private static final double EPSILON = 1e-8;

  private Whitening() {}

  /**
   * Computes (x − mean) / √(var + 1e-8) over all trained tokens of the batch, with the variance's
   * divisor n − 1. A single token becomes 0.
   *
   * @param tokens [n]
   * @return [n]
   */
  static double[] of(double[] tokens) {
    Scaled scaled = Scaled.of(tokens);
    double unit = scaled.unit();
    double mean = scaled.mean();
    double squares = 0;
    for (double x : scaled.numbers()) {
      squares += (x - mean) * (x - mean);
    }
    double std = Math.sqrt(squares / Math.max(1, tokens.length - 1) + EPSILON / unit / unit);
    double scale = std == 0 ? 0 : 1 / std; // for huge numbers ε underflows to 0
    double[] whitened = new double[tokens.length];
    for (int i = 0; i < whitened.length; i++) {
      whitened[i] = (tokens[i] / unit - mean) * scale;
    }
    return whitened;
  }
}
