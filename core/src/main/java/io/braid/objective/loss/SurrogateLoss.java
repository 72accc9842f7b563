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
 * A policy-gradient surrogate: a loss per token, an optional KL penalty to the reference, and an
 * aggregation over tokens. A new surrogate is a record that implements {@link #perToken}.
 */
public interface SurrogateLoss extends PolicyLoss, LossSettings {
  /** The metric of how often the ratio was clipped. */
  Metric CLIP_FRAC =
      Metric.declare(
          "clip_frac",
          Unit.FRACTION,
          "fraction of trained tokens whose importance ratio was clipped. Absent if the step"
              + " trained on no response");

  /** The metric of the KL term in the loss. */
  Metric KL =
      Metric.declare(
          "kl",
          Unit.NATS,
          "the KL term's estimate of the divergence from the reference policy, averaged over"
              + " trained tokens. Only with `loss.kl`");

  /** Returns the reduction over tokens. */
  Aggregation aggregation();

  /** Returns the KL penalty to the reference, if any. */
  Optional<KlTerm> kl();

  /** Computes the surrogate's formula for each token. */
  PerToken perToken(LossBatch batch);

  /**
   * The surrogate's value for each token.
   *
   * @param loss [n] loss of each token
   * @param clipped [n] 1 if the token's ratio was clipped, else 0
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
