package io.braid.objective.loss;

import io.braid.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Losses that make tokens with an advantage likelier: one number a token, a penalty that holds it
 * to the reference where one is asked for, and a mean.
 */
public sealed interface SurrogateLoss extends PolicyLoss, LossSettings
    permits PpoClip, Gspo, Cispo {
  /** How tokens become one number. */
  Aggregation aggregation();

  /** What holds the policy to the reference. */
  Optional<KlTerm> kl();

  /** The formula. */
  PerToken perToken(LossBatch batch);

  /**
   * The formula's value.
   *
   * @param loss [n]
   * @param clipped [n] 1 where a bound cut in, else 0
   */
  record PerToken(Tensor loss, Tensor clipped) {}

  @Override
  default LossValue of(LossBatch batch) {
    PerToken surrogate = perToken(batch);
    Tensor perToken = surrogate.loss(); // [n]
    Map<String, Tensor> shares = new LinkedHashMap<>();
    shares.put("clipped", surrogate.clipped().sum().div(batch.totals().tokens()));
    if (kl().isPresent()) {
      Tensor penalty =
          kl().get()
              .perToken(
                  batch.logProbs(),
                  batch.refLogProbs().orElseThrow(),
                  ImportanceRatio.ofTokens(batch)); // [n]
      perToken = perToken.plus(penalty.times(kl().get().coefficient()));
      shares.put("kl", penalty.detach().sum().div(batch.totals().tokens()));
    }
    return new LossValue(aggregation().of(batch.corrected(perToken), batch), shares);
  }

  @Override
  default PolicyLoss create(int hiddenSize, long seed) {
    return this;
  }

  @Override
  default boolean takesTokenCorrection() {
    return true;
  }

  @Override
  default boolean usesReference() {
    return kl().isPresent();
  }

  @Override
  default boolean ignoresZeroAdvantage() {
    return kl().isEmpty();
  }
}
