package io.braid.objective;

import java.util.Optional;

/**
 * The output of an advantage estimator for a step, in double precision.
 *
 * @param advantages [n] Â_t of each trained token
 * @param returns [n] the critic's target at each token; empty for estimators without a critic
 */
public record Estimate(double[] advantages, Optional<double[]> returns) {

  /** Creates an estimate without targets for a critic. */
  public static Estimate of(double[] advantages) {
    return new Estimate(advantages, Optional.empty());
  }
}
