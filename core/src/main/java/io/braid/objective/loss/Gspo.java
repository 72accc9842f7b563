package io.braid.objective.loss;

import io.braid.Default;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * GSPO (Zheng et al. 2025, arXiv 2507.18071, eq. 5, in the token form of section 4.3): the clipped
 * surrogate with one importance ratio per response, normalised by its length.
 *
 * <pre>
 *   s = ( π_θ(y|x) / π_old(y|x) )^(1/|y|)
 *   ρ_t = s · π_θ(y_t) / π_θ(y_t) , where s and the denominator are constants
 *   −min( ρ_t Â_t, clip(ρ_t, 1 − ε_low, 1 + ε_high) Â_t )
 * </pre>
 *
 * With one advantage per response and the mean over sequences, value and gradient are those of the
 * sequence form.
 *
 * @param epsilonLow ε_low: ρ_t is clipped at 1 − ε_low
 * @param epsilonHigh ε_high: ρ_t is clipped at 1 + ε_high
 * @param aggregation reduction over tokens
 * @param kl the KL penalty; empty for none
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
