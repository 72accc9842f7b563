package io.braid.objective.loss;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.tensor.Tensor;

/**
 * A KL penalty in the loss: an estimate of KL(π_θ ‖ π_ref) from the sampled tokens (Schulman 2020),
 * weighted by the importance ratio so that it is unbiased off-policy.
 *
 * @param estimator the estimator of the divergence
 * @param coef weight in the loss
 */
public record KlTerm(@Default("k3") Estimator estimator, @Doc("Weight in the loss.") double coef) {

  /** Estimators of the divergence at one token, with d = log π_ref − log π_θ. */
  public enum Estimator {
    /** −d: unbiased, but its gradient in a loss is zero in expectation. */
    K1,
    /** d²/2. */
    K2,
    /** e^d − d − 1, which is never negative. */
    K3
  }

  /** Rejects a penalty without effect. */
  public KlTerm {
    Check.above("coef", coef, 0);
    if (estimator == Estimator.K1) {
      throw new SettingError(
          "estimator",
          "k1 has no effect in a loss, because its expected gradient is zero; use k2 or k3, or k1"
              + " in the reward (rewards.kl_coef)");
    }
  }

  /**
   * Returns the estimate at each token.
   *
   * @param ratio [n] π_θ / π_old, with gradients
   * @return [n]
   */
  Tensor perToken(Tensor logProbs, Tensor refLogProbs, Tensor ratio) {
    Tensor d = refLogProbs.minus(logProbs); // [n]
    Tensor estimate =
        switch (estimator) {
          case K1 -> d.negate();
          case K2 -> d.square().times(0.5);
          case K3 -> d.clamp(-20, 20).exp().minus(d).minus(1);
        };
    return ratio.times(estimate);
  }
}
