package io.braid.objective.loss;

import io.braid.Default;
import io.braid.SettingError;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * CISPO (MiniMax-M1, arXiv 2506.13585, eq. 4 and 5): the policy gradient, weighted by a clipped
 * importance ratio that is treated as a constant. Every token keeps its gradient, even if the
 * policy has moved far.
 *
 * <p>−clip(ρ, 1 − ε_low, 1 + ε_high) Â log π_θ , where the clipped ratio is a constant
 *
 * @param epsilonLow ε_low: the ratio is clipped at 1 − ε_low; 1 means no lower bound, as in the
 *     paper
 * @param epsilonHigh ε_high: the ratio is clipped at 1 + ε_high
 * @param aggregation reduction over tokens
 * @param kl the KL penalty; empty for none
 */
public record Cispo(
    @Default("1.0") double epsilonLow,
    @Default("4.0") double epsilonHigh,
    @Default("token-mean") Aggregation aggregation,
    Optional<KlTerm> kl)
    implements SurrogateLoss {

  /** Checks the bounds. */
  public Cispo {
    if (!(epsilonLow > 0 && epsilonLow <= 1 && epsilonHigh > 0)) {
      throw new SettingError(
          "epsilon_low",
          "the lower bound must be above 0 and at most 1, the upper above 0, got %s and %s"
              .formatted(epsilonLow, epsilonHigh));
    }
  }

  @Override
  public PerToken perToken(LossBatch batch) {
    Tensor ratio = ImportanceRatio.ofTokens(batch).detach(); // [n]
    Tensor bounded = ratio.clamp(1 - epsilonLow, 1 + epsilonHigh);
    Tensor loss = bounded.times(batch.advantages()).times(batch.logProbs()).negate(); // [n]
    return new PerToken(loss, bounded.minus(ratio).eq(0).not().to(ratio.dtype()));
  }
}
