package io.braid.objective.loss;

import io.braid.Default;
import io.braid.UserError;
import io.braid.nn.Parameter;
import io.braid.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The clipped surrogate of PPO (Schulman et al. 2017, eq. 7) and GRPO (Shao et al. 2024, eq. 3):
 *
 * <pre>  −min( ρ Â, clip(ρ, 1 − ε_low, 1 + ε_high) Â ) + kl </pre>
 *
 * @param epsilonLow how far the ratio may fall below 1
 * @param epsilonHigh how far it may rise above 1
 * @param aggregation how tokens become one number
 * @param kl what holds it to the reference
 */
public record ClippedSurrogate(
    @Default("0.2") double epsilonLow,
    @Default("0.2") double epsilonHigh,
    @Default("token-mean") Aggregation aggregation,
    Optional<KlTerm> kl)
    implements PolicyLoss, LossSettings {

  /** Checks the bounds. */
  public ClippedSurrogate {
    if (!(epsilonLow > 0 && epsilonLow < 1 && epsilonHigh > 0)) {
      throw new UserError(
          "epsilon_low: the lower clip bound must be between 0 and 1, the upper above 0; here %s and %s"
              .formatted(epsilonLow, epsilonHigh));
    }
  }

  @Override
  public PolicyLoss create(int hiddenSize, long seed) {
    return this;
  }

  @Override
  public LossValue of(LossBatch batch) {
    Tensor ratio = ImportanceRatio.ofTokens(batch); // [n]
    Tensor free = ratio.times(batch.advantages());
    Tensor clipped = ratio.clamp(1 - epsilonLow, 1 + epsilonHigh).times(batch.advantages());
    Tensor perToken = free.minimum(clipped).negate(); // [n]
    Map<String, Tensor> shares = new LinkedHashMap<>();
    shares.put("clipped", clipped.lt(free).to(ratio.dtype()).sum().over(batch.totals().tokens()));
    if (kl.isPresent()) {
      Tensor penalty =
          kl.get().perToken(batch.logProbs(), batch.refLogProbs().orElseThrow(), ratio);
      perToken = perToken.plus(penalty.times(kl.get().coefficient()));
      shares.put("kl", penalty.detach().sum().over(batch.totals().tokens()));
    }
    return new LossValue(aggregation.of(perToken, batch), shares);
  }

  @Override
  public boolean usesReference() {
    return kl.isPresent();
  }

  @Override
  public boolean usesPromptStates() {
    return false;
  }

  @Override
  public boolean ignoresZeroAdvantage() {
    return kl.isEmpty();
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }
}
