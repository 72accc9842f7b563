package io.braid.objective.loss;

import io.braid.Metric;
import io.braid.Metric.Unit;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A policy-gradient surrogate: a loss for each token, a KL penalty to the reference where the
 * recipe asks for one, and an aggregation over tokens. A new surrogate is a record that states its
 * formula.
 */
public interface SurrogateLoss extends PolicyLoss, LossSettings {
  /** How often a bound took effect. */
  Metric CLIP_FRAC =
      Metric.declare(
          "clip_frac",
          Unit.FRACTION,
          "fraction of trained tokens whose importance ratio was clipped. Absent if nothing was"
              + " learned from");

  /** The KL term in the loss. */
  Metric KL =
      Metric.declare(
          "kl",
          Unit.NATS,
          "the KL term's estimate of the divergence from the reference policy, averaged over"
              + " trained tokens. Only with `loss.kl`");

  /** How the tokens' losses become one number. */
  Aggregation aggregation();

  /** The KL penalty to the reference. */
  Optional<KlTerm> kl();

  /** The formula. */
  PerToken perToken(LossBatch batch);

  /**
   * The formula's value.
   *
   * @param loss [n]
   * @param clipped [n] 1 where a bound took effect, else 0
   */
  record PerToken(Tensor loss, Tensor clipped) {}

  @Override
  default LossValue of(LossBatch batch) {
    PerToken surrogate = perToken(batch);
    Tensor perToken = surrogate.loss(); // [n]
    Map<Metric, Tensor> shares = new LinkedHashMap<>();
    shares.put(CLIP_FRAC, surrogate.clipped().sum().div(batch.totals().tokens()));
    if (kl().isPresent()) {
      Tensor penalty =
          kl().get()
              .perToken(
                  batch.logProbs(),
                  batch.refLogProbs().orElseThrow(),
                  ImportanceRatio.ofTokens(batch)); // [n]
      perToken = perToken.plus(penalty.times(kl().get().coef()));
      shares.put(KL, penalty.detach().sum().div(batch.totals().tokens()));
    }
    return new LossValue(aggregation().of(batch.corrected(perToken), batch), shares);
  }

  @Override
  default PolicyLoss create(int hiddenSize, long seed) {
    return this;
  }

  @Override
  default Set<Column<float[]>> needs() {
    return kl().isPresent() ? Set.of(Column.REF_LOG_PROBS) : Set.of();
  }

  @Override
  default boolean ignoresZeroAdvantage() {
    return kl().isEmpty();
  }
}
