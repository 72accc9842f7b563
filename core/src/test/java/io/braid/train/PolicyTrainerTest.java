package io.braid.train;

import static io.braid.train.TrainerRun.FAST;
import static io.braid.train.TrainerRun.GRPO;
import static io.braid.train.TrainerRun.PLAIN;
import static io.braid.train.TrainerRun.ids;
import static io.braid.train.TrainerRun.texts;
import static io.braid.train.TrainerRun.trainer;
import static io.braid.train.TrainerRun.withDropout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.Metric;
import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.nn.Parameter;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.KlTerm;
import io.braid.objective.loss.KlTerm.Estimator;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PpoClip;
import io.braid.objective.loss.SurrogateLoss;
import io.braid.sampling.SamplingStatistics;
import io.braid.sampling.ToyTask;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import io.braid.verify.VerdictMetrics;
import io.braid.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTrainerTest {
  @ParameterizedTest
  @MethodSource("io.braid.train.TrainerRun#losses")
  void theSizeOfMicroBatchesDoesNotChangeTheStep(LossSettings loss) {
    List<Map<String, float[]>> weights = new ArrayList<>();
    List<StepReport> reports = new ArrayList<>();
    for (int tokens : new int[] {1, 23, 60, 100_000}) {
      try (TrainerRun run = new TrainerRun(loss, PLAIN, 1, tokens)) {
        reports.add(run.trainer.step(0));
        weights.add(run.weights());
      }
    }

    try (TrainerRun untrained = new TrainerRun(loss, PLAIN, 1, 1)) {
      assertThat(Weights.distance(weights.getFirst(), untrained.weights()))
          .as("it moved")
          .isGreaterThan(1e-3);
    }
    for (int i = 1; i < weights.size(); i++) {
      assertThat(Weights.distance(weights.get(i), weights.getFirst())).isLessThan(1e-6);
      for (Metric metric :
          List.of(
              StepMetrics.LOSS,
              VerdictMetrics.REWARD,
              StepMetrics.ENTROPY,
              StepMetrics.GRAD_NORM)) {
        assertThat(reports.get(i).metric(metric))
            .as(metric.name())
            .isCloseTo(reports.getFirst().metric(metric), within(1e-5));
      }
    }
  }

  @Test
  void aStepDescendsTheSurrogateOverAllItsResponses() {
    try (TrainerRun run = new TrainerRun(GRPO, PLAIN, 1, 30);
        Transformer expected = TinyModels.create(1)) {
      StepReport report = run.trainer.step(0);
      Trajectories t = report.trajectories();
      try (Scope scope = Scope.open()) {
        PackedBatch batch = PackedBatch.of(t.sequences());
        // At a ratio of 1, the surrogate's gradient is that of the mean of −Â·log π over tokens.
        TokenLogProbs.of(expected, batch, 1)
            .logProbs()
            .times(t.pack(Column.ADVANTAGES))
            .mean()
            .negate()
            .backward();
        try (Gradients off = Gradients.off()) {
          for (Parameter parameter : expected.parameters()) {
            // AdamW's first step, with ε = 1 and learning rate 1.
            Tensor gradient = parameter.tensor().grad().orElseThrow();
            parameter.tensor().addInPlace(gradient.div(gradient.abs().plus(1)).negate());
          }
        }
      }

      assertThat(Weights.distance(Weights.of(run.policy), Weights.of(expected))).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("io.braid.train.TrainerRun#losses")
  void twoTrainersGiveTheSameWeightsBitForBit(LossSettings loss) {
    try (TrainerRun one = new TrainerRun(withDropout(loss), FAST, 2, 40);
        TrainerRun other = new TrainerRun(withDropout(loss), FAST, 2, 40)) {
      one.steps(0, 3);
      other.steps(0, 3);

      Weights.same(one.weights(), other.weights());
    }
  }

  @ParameterizedTest
  @MethodSource("io.braid.train.TrainerRun#losses")
  void aStepThatFailsBeforeItsUpdateKeepsThePreviousState(
      LossSettings loss, @TempDir Path directory) throws IOException {
    AtomicInteger left = new AtomicInteger(2 * 3 * 4 + 5); // two steps and a part of the third
    Verifier dying =
        submission -> {
          if (left.decrementAndGet() < 0) {
            throw new UserError("dead");
          }
          return ToyTask.VERIFIER.judge(submission);
        };
    Path before = Files.createDirectory(directory.resolve("before"));
    Path after = Files.createDirectory(directory.resolve("after"));
    try (TrainerRun run = new TrainerRun(withDropout(loss), FAST, 2, 40, 1, dying)) {
      run.steps(0, 2);
      assertThat(run.trainer.finished()).hasValue(2);
      run.trainer.parts().save(before);
      Map<String, float[]> weights = run.weights();

      assertThatThrownBy(() -> run.trainer.step(2)).hasMessage("dead");

      assertThat(run.trainer.finished()).hasValue(2);
      run.trainer.parts().save(after);
      Weights.same(run.weights(), weights);
      assertThat(after.resolve("trainer.safetensors"))
          .hasSameBinaryContentAs(before.resolve("trainer.safetensors"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.braid.train.TrainerRun#losses")
  void aResumedRunMatchesAnUninterruptedOne(LossSettings loss, @TempDir Path directory) {
    try (TrainerRun whole = new TrainerRun(withDropout(loss), FAST, 2, 40);
        TrainerRun first = new TrainerRun(withDropout(loss), FAST, 2, 40);
        TrainerRun second = new TrainerRun(withDropout(loss), FAST, 2, 40)) {
      whole.steps(0, 5);
      first.steps(0, 2);
      first.trainer.parts().save(directory);

      second.policy.copyFrom(first.policy); // the weights are saved separately
      second.trainer.parts().restore(directory);
      second.steps(2, 5);

      Weights.same(second.weights(), whole.weights());
    }
  }

  @Test
  void aStepsResponsesDependOnlyOnItsIndexAndTheWeights() {
    try (TrainerRun one = new TrainerRun(GRPO, PLAIN, 1, 40);
        TrainerRun other = new TrainerRun(GRPO, PLAIN, 1, 40)) {
      one.trainer.step(0);
      one.policy.copyFrom(other.policy);

      StepReport late = one.trainer.step(7);
      StepReport alone = other.trainer.step(7);

      assertThat(texts(late)).isEqualTo(texts(alone));
      assertThat(ids(late)).isEqualTo(ids(alone));
    }
  }

  @Test
  void everyStepSamplesDifferentlyFromTheSameProblemAndWeights() {
    try (Transformer model = TinyModels.create(1);
        Transformer before = model.frozenCopy();
        PolicyTrainer trainer = trainer(model, 4, 1)) {
      StepReport first = trainer.step(0);
      model.copyFrom(before);

      assertThat(texts(trainer.step(1))).isNotEqualTo(texts(first));
    }
  }

  @Test
  void anotherSeedGivesOtherResponses() {
    try (TrainerRun one = new TrainerRun(GRPO, PLAIN, 1, 40, 1, ToyTask.VERIFIER);
        TrainerRun other = new TrainerRun(GRPO, PLAIN, 1, 40, 2, ToyTask.VERIFIER)) {
      assertThat(texts(one.trainer.step(0))).isNotEqualTo(texts(other.trainer.step(0)));
    }
  }

  @ParameterizedTest
  @MethodSource("io.braid.train.TrainerRun#losses")
  void trainingComputesTheRolloutsLogProbabilities(LossSettings loss) {
    try (TrainerRun run = new TrainerRun(loss, FAST, 2, 40)) {
      for (int step = 0; step < 4; step++) {
        assertThat(run.trainer.step(step).metric(StepMetrics.MISMATCH_MAX)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void withOneUpdatePerStepNothingIsClipped() {
    try (TrainerRun run = new TrainerRun(GRPO, PLAIN, 1, 40)) {
      assertThat(run.trainer.step(0).metric(SurrogateLoss.CLIP_FRAC)).isZero();
      assertThat(run.trainer.step(1).metric(SurrogateLoss.CLIP_FRAC)).isZero();
    }
  }

  @Test
  void withSeveralUpdatesPerStepLaterOnesAreClipped() {
    OptimizerSettings rough =
        new OptimizerSettings(0.05, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
    try (TrainerRun run = new TrainerRun(GRPO, rough, 3, 40)) {
      assertThat(run.trainer.step(0).metric(SurrogateLoss.CLIP_FRAC)).isPositive();
    }
  }

  @Test
  void atTheReferenceThereIsNoDivergence() {
    PpoClip loss =
        new PpoClip(
            0.2,
            0.2,
            Optional.empty(),
            new Aggregation.TokenMean(),
            Optional.of(new KlTerm(Estimator.K3, 1)));
    try (TrainerRun run = new TrainerRun(loss, PLAIN, 1, 40)) {
      assertThat(run.trainer.step(0).metric(SurrogateLoss.KL)).isCloseTo(0, within(1e-9));
      assertThat(run.trainer.step(1).metric(SurrogateLoss.KL)).isGreaterThan(1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void groupsWithEqualRewardsDoNotChangeTheWeights(DType dtype) {
    boolean[] equal = {false};
    Verifier verifier =
        submission ->
            equal[0]
                ? new Verdict(0.05, false, Optional.empty(), "equal")
                : ToyTask.VERIFIER.judge(submission);
    try (TrainerRun run = new TrainerRun(GRPO, FAST, 1, 40, 1, verifier, dtype)) {
      run.trainer.step(0); // so that the moments are not zero
      Map<String, float[]> before = run.weights();
      equal[0] = true;

      StepReport report = run.trainer.step(1);

      Weights.same(run.weights(), before);
      assertThat(report.metric(VerdictMetrics.REWARD)).isCloseTo(0.05, within(1e-12));
      assertThat(report.metric(SamplingStatistics.MIXED_GROUP_FRAC)).isZero();
      assertThat(report.metric(StepMetrics.SKIPPED_UPDATES)).isZero();
      assertThat(report.metrics().has(StepMetrics.GRAD_NORM))
          .isFalse(); // since there was no gradient
    }
  }

  @Test
  void rewardsRise() {
    for (LossSettings loss : List.of(GRPO, Flowrl.of(3, 0.2, 0.1, 0.01))) {
      OptimizerSettings optimizer =
          new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
      try (TrainerRun run = new TrainerRun(loss, optimizer, 1, 1000)) {
        double first = run.trainer.step(0).metric(VerdictMetrics.REWARD);
        for (int step = 1; step < 40; step++) {
          run.trainer.step(step);
        }

        assertThat(first).isLessThan(0.75);
        assertThat(run.trainer.step(40).metric(VerdictMetrics.REWARD)).isGreaterThan(0.95);
      }
    }
  }
}
