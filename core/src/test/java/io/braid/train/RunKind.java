package io.braid.train;

import io.braid.flow.FlowReward;
import io.braid.flow.FlowSignal;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.model.RolloutWeights;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.RolloutCorrection;
import io.braid.sampling.CurriculumSettings;
import io.braid.sampling.FixedOrder;
import java.util.Optional;

/** The settings of a run. */
record RunKind(
    AdvantageEstimator advantage,
    LossSettings loss,
    int miniBatches,
    int epochs,
    CurriculumSettings curriculum,
    int staleness,
    RolloutWeights weights,
    RewardSettings rewards,
    Optional<RolloutCorrection> correction,
    Flow flow) {
  static RunKind of(AdvantageEstimator advantage, LossSettings loss, int miniBatches, int epochs) {
    return new RunKind(
        advantage,
        loss,
        miniBatches,
        epochs,
        new FixedOrder(),
        /* staleness= */ 0,
        RolloutWeights.AS_TRAINED,
        RewardSettings.PLAIN,
        Optional.empty(),
        Flow.NONE);
  }

  RunKind stale(RolloutCorrection correction) {
    return new RunKind(
        advantage,
        loss,
        miniBatches,
        epochs,
        curriculum,
        1,
        weights,
        rewards,
        Optional.of(correction),
        flow);
  }

  RunKind sampledWith(RolloutWeights others, RolloutCorrection correction) {
    return new RunKind(
        advantage,
        loss,
        miniBatches,
        epochs,
        curriculum,
        staleness,
        others,
        rewards,
        Optional.of(correction),
        flow);
  }

  RunKind chosenBy(CurriculumSettings other) {
    return new RunKind(
        advantage, loss, miniBatches, epochs, other, staleness, weights, rewards, correction, flow);
  }

  RunKind rewarded(RewardSettings other) {
    return new RunKind(
        advantage,
        loss,
        miniBatches,
        epochs,
        curriculum,
        staleness,
        weights,
        other,
        correction,
        flow);
  }

  RunKind with(Flow other) {
    return new RunKind(
        advantage,
        loss,
        miniBatches,
        epochs,
        curriculum,
        staleness,
        weights,
        rewards,
        correction,
        other);
  }

  /** The use of a flow field in a run. */
  enum Flow {
    NONE,
    ONLINE,
    FROZEN,
    /** The field learns only from tokens with an entropy in the upper half. */
    BY_ENTROPY;

    FlowSignal.Settings settings(OptimizerSettings optimizer) {
      return new FlowSignal.Settings(
          VelocityDeviation.PUBLISHED,
          new FlowReward(FlowReward.Normalization.MINMAX, 1, 0.6, 3, 0.05),
          /* shuffle= */ false,
          this == FROZEN,
          new RejectionSampling(
              true, this == BY_ENTROPY ? Optional.of(0.5) : Optional.empty(), /* softFlow= */ 0.1),
          /* samples= */ 2,
          /* pretrainSteps= */ 0,
          /* steps= */ 50,
          /* seed= */ 1,
          optimizer);
    }
  }
}
