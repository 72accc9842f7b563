package io.braid.objective.loss;

import io.braid.Default;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * GSPO (Zheng et al. 2025, arXiv 2507.18071, eq. 5, in the token form of section 4.3): the clipped
 * surrogate with one importance ratio for the whole response, normalised by its length.
 *
 * <pre>
 *   s = ( π_θ(y|x) / π_old(y|x) )^(1/|y|)
 *   ρ_t = s · π_θ(y_t) / π_θ(y_t) ,   s and the denominator as constants
 *   −min( ρ_t Â_t, clip(ρ_t, 1 − ε_low, 1 + ε_high) Â_t )
 * </pre>
 *
 * With one advantage a response and the mean over sequences this is the sequence form, in value and
 * gradient.
 *
 * @param epsilonLow how far s may fall below 1
 * @param epsilonHigh how far it may rise above 1
 * @param aggregation how tokens become one number
 * @param kl what holds it to the reference
 */
public record Gspo(
    @Default("3e-4") double epsilonLow,
    @Default("4e-4") double epsilonHigh,
    @Default("sequence-mean-token-mean") Aggregation aggregation,
    Optional<KlTerm> kl)
    implements SurrogateLoss {

  /** Checks the bounds. */
  public Gspo {
    ImportanceRatio.checkClip(epsilonLow, epsilonHigh);
  }

  @Override
  public PerToken perToken(LossBatch batch) {
    Tensor ownGradient = batch.logProbs().minus(batch.logProbs().detach()).exp(); // [n], all 1
    Tensor ratio =
        batch.broadcast(ImportanceRatio.ofMeans(batch).detach()).times(ownGradient); // [n]
    Tensor free = ratio.times(batch.advantages()).negate();
    Tensor bounded =
        ratio.clamp(1 - epsilonLow, 1 + epsilonHigh).times(batch.advantages()).negate();
    Tensor loss = free.maximum(bounded); // [n]
    return new PerToken(loss, free.lt(bounded).to(loss.dtype()));
  }
}
