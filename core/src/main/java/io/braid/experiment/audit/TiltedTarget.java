package io.braid.experiment.audit;

import java.util.Arrays;

/**
 * The fixed point of FlowRL's trajectory balance (arXiv 2509.15207, eq. 6) when all responses have
 * the same length L and the advantage is the reward. The residual log Z + (log π − log π_ref)/L − β
 * r is zero for every response exactly when
 *
 * <pre>
 *   π*(y) = π_ref(y) · exp(L (β r(y) − log Z)) ,   log Z = log( Σ_y π_ref(y) exp(L β r(y)) ) / L
 * </pre>
 *
 * @param logProbs [strings], log π* of every string
 * @param logZ exact log Z, per token as in the residual
 */
public record TiltedTarget(double[] logProbs, double logZ) {
  /**
   * Computes the target.
   *
   * @param logReference [strings], log π_ref
   * @param rewards [strings], reward of every string
   * @param beta β
   * @param length L, in tokens
   */
  public static TiltedTarget of(double[] logReference, double[] rewards, double beta, int length) {
    double[] tilted = new double[rewards.length];
    Arrays.setAll(tilted, y -> logReference[y] + length * beta * rewards[y]);
    double most = Arrays.stream(tilted).max().orElseThrow();
    double logSum =
        most + Math.log(Arrays.stream(tilted).map(score -> Math.exp(score - most)).sum());
    return new TiltedTarget(
        Arrays.stream(tilted).map(score -> score - logSum).toArray(), logSum / length);
  }
}
