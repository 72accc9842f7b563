package io.braid.objective.loss;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * The clipped surrogate of PPO (Schulman et al. 2017, arXiv 1707.06347, eq. 7) and GRPO (Shao et
 * al. 2024, eq. 3), with separate lower and upper bounds (DAPO, arXiv 2503.14476, eq. 10) and an
 * upper bound on the loss of a token with a negative advantage (dual clip: Ye et al. 2020, arXiv
 * 1912.09729, eq. 5):
 *
 * <pre>
 *   −min( ρ Â, clip(ρ, 1 − ε_low, 1 + ε_high) Â )
 *   and at most −c Â if Â &lt; 0
 * </pre>
 *
 * @param epsilonLow ε_low: the ratio is clipped at 1 − ε_low
 * @param epsilonHigh ε_high: the ratio is clipped at 1 + ε_high
 * @param dualClip c, the upper bound of the ratio for negative advantages; empty for none
 * @param aggregation reduction over tokens
 * @param kl the KL penalty; empty for none
 */
public record PpoClip(
    @Default("0.2") double epsilonLow,
    @Default("0.2") double epsilonHigh,
    @Doc("Upper bound of the importance ratio for negative advantages, such as 3.")
        Optional<Double> dualClip,
    @Default("token-mean") Aggregation aggregation,
    Optional<KlTerm> kl)
    implements SurrogateLoss {

  /** Checks the bounds. */
  public PpoClip {
    ImportanceRatio.checkClip(epsilonLow, epsilonHigh);
    if (dualClip.isPresent() && !(dualClip.get() > 1)) {
      throw new SettingError("dual_clip", "must be above 1, got " + dualClip.get());
    }
  }

  @Override
  public PerToken perToken(LossBatch batch) {
    Tensor advantages = batch.advantages();
    Tensor ratio = ImportanceRatio.ofTokens(batch); // [n]
    Tensor free = ratio.times(advantages).negate();
    Tensor bounded = ratio.clamp(1 - epsilonLow, 1 + epsilonHigh).times(advantages).negate();
    Tensor loss = free.maximum(bounded); // [n]
    if (dualClip.isPresent()) {
      Tensor most = advantages.times(dualClip.get()).abs(); // [n]; −cÂ where Â < 0
      loss = loss.minimum(most).where(advantages.lt(0), loss);
    }
    return new PerToken(loss, loss.minus(free).detach().eq(0).not().to(loss.dtype()));
  }
}
