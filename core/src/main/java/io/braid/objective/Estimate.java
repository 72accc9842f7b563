package io.braid.objective;

import java.util.Optional;

/**
 * What an estimator made of a step's rewards, in double precision.
 *
 * @param advantages [n] Â_t of each trained token
 * @param returns [n] what a critic should have expected at each token; empty for estimators that
 *     teach no critic
 */
public record Estimate(double[] advantages, Optional<double[]> returns) {

  /** Advantages that teach no critic. */
  public static Estimate of(double[] advantages) {
    return new Estimate(advantages, Optional.empty());
  }
}
