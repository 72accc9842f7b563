package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.Metric;
import io.braid.UserError;
import io.braid.checkpoint.OptimizerState;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.nn.Parameter;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.KlTerm;
import io.braid.objective.loss.KlTerm.Estimator;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PpoClip;
import io.braid.objective.loss.SurrogateLoss;
import io.braid.rollout.Response.Finish;
import io.braid.rollout.ResponseMetrics;
import io.braid.sampling.Sampler;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTrainerTest {
  private static final int HIDDEN = 16;

  /** An update that is nearly the gradient, so that equal gradients make equal weights. */
  private static final OptimizerSettings PLAIN =
      new OptimizerSettings(1, 0, Fall.CONSTANT, 0, 0, 1e9, 0.9, 0.999, /* epsilon= */ 1);

  private static final OptimizerSettings FAST =
      new OptimizerSettings(0.01, 2, Fall.COSINE, 0.1, 0.01, 1, 0.9, 0.999, 1e-8);

  private static final PpoClip GRPO =
      new PpoClip(0.2, 0.2, Optional.empty(), new Aggregation.TokenMean(), Optional.empty());

  static Stream<Named<LossSettings>> losses() {
    return Stream.of(
        Named.of("grpo", GRPO),
        Named.of(
            "grpo with kl",
            new PpoClip(
                0.2,
                0.28,
                Optional.empty(),
                new Aggregation.SequenceMeanTokenMean(),
                Optional.of(new KlTerm(Estimator.K3, 0.1)))),
        Named.of(
            "constant length",
            new PpoClip(
                0.2,
                0.2,
                Optional.empty(),
                new Aggregation.SequenceMeanTokenSumNorm(6),
                Optional.of(new KlTerm(Estimator.K2, 0.1)))),
        Named.of("flowrl", Flowrl.of(1, 0.2, /* dropout= */ 0, 1)));
  }

  // ---- the step -------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("losses")
  void theSizeOfMicroBatchesDoesNotChangeTheStep(LossSettings loss) {
    List<Map<String, float[]>> weights = new ArrayList<>();
    List<StepReport> reports = new ArrayList<>();
    for (int tokens : new int[] {1, 23, 60, 100_000}) {
      try (Run run = new Run(loss, PLAIN, 1, tokens)) {
        reports.add(run.trainer.step(0));
        weights.add(run.weights());
      }
    }

    try (Run untrained = new Run(loss, PLAIN, 1, 1)) {
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
  void aStepDescendsTheSurrogateOfAllItsResponses() {
    try (Run run = new Run(GRPO, PLAIN, 1, 30);
        Transformer expected = TinyModels.create(1)) {
      StepReport report = run.trainer.step(0);
      Trajectories t = report.trajectories();
      try (Scope scope = Scope.open()) {
        PackedBatch batch = PackedBatch.of(t.sequences());
        // At a ratio of 1 the surrogate's gradient is that of −Â·log π, the mean over tokens.
        TokenLogProbs.of(expected, batch, 1)
            .logProbs()
            .times(t.pack(Column.ADVANTAGES))
            .mean()
            .negate()
            .backward();
        try (Gradients off = Gradients.off()) {
          for (Parameter parameter : expected.parameters()) {
            // AdamW's first step, with ε and the rate 1.
            Tensor gradient = parameter.tensor().grad().orElseThrow();
            parameter.tensor().addInPlace(gradient.div(gradient.abs().plus(1)).negate());
          }
        }
      }

      assertThat(Weights.distance(Weights.of(run.policy), Weights.of(expected))).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void twoTrainersGiveTheSameWeightsToTheBit(LossSettings loss) {
    try (Run one = new Run(withDropout(loss), FAST, 2, 40);
        Run other = new Run(withDropout(loss), FAST, 2, 40)) {
      one.steps(0, 3);
      other.steps(0, 3);

      Weights.same(one.weights(), other.weights());
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aStepThatFailsBeforeItMovesAnythingLeavesTheStateOfTheStepBefore(
      LossSettings loss, @TempDir Path directory) throws IOException {
    AtomicInteger left = new AtomicInteger(2 * 3 * 4 + 5); // of two steps, and a part of the third
    Verifier dying =
        submission -> {
          if (left.decrementAndGet() < 0) {
            throw new UserError("dead");
          }
          return ToyTask.VERIFIER.judge(submission);
        };
    Path before = Files.createDirectory(directory.resolve("before"));
    Path after = Files.createDirectory(directory.resolve("after"));
    try (Run run = new Run(withDropout(loss), FAST, 2, 40, 1, dying)) {
      run.steps(0, 2);
      assertThat(run.trainer.finished()).hasValue(2);
      run.trainer.save(before);
      Map<String, float[]> weights = run.weights();

      assertThatThrownBy(() -> run.trainer.step(2)).hasMessage("dead");

      assertThat(run.trainer.finished()).hasValue(2);
      run.trainer.save(after);
      Weights.same(run.weights(), weights);
      assertThat(after.resolve("trainer.safetensors"))
          .hasSameBinaryContentAs(before.resolve("trainer.safetensors"));
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aRunThatGoesOnIsTheRunThatWasNotInterrupted(LossSettings loss, @TempDir Path directory) {
    try (Run whole = new Run(withDropout(loss), FAST, 2, 40);
        Run first = new Run(withDropout(loss), FAST, 2, 40);
        Run second = new Run(withDropout(loss), FAST, 2, 40)) {
      whole.steps(0, 5);
      first.steps(0, 2);
      first.trainer.save(directory);

      second.policy.copyFrom(first.policy); // the weights have a file of their own
      second.trainer.restore(directory);
      second.steps(2, 5);

      Weights.same(second.weights(), whole.weights());
    }
  }

  @Test
  void aStepsResponsesDependOnItsNumberAndTheWeightsAlone() {
    try (Run one = new Run(GRPO, PLAIN, 1, 40);
        Run other = new Run(GRPO, PLAIN, 1, 40)) {
      one.trainer.step(0);
      one.policy.copyFrom(other.policy);

      StepReport late = one.trainer.step(7);
      StepReport alone = other.trainer.step(7);

      assertThat(texts(late)).isEqualTo(texts(alone));
      assertThat(ids(late)).isEqualTo(ids(alone));
    }
  }

  @Test
  void everyStepSamplesAnewFromTheSameProblemAndWeights() {
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
    try (Run one = new Run(GRPO, PLAIN, 1, 40, 1, ToyTask.VERIFIER);
        Run other = new Run(GRPO, PLAIN, 1, 40, 2, ToyTask.VERIFIER)) {
      assertThat(texts(one.trainer.step(0))).isNotEqualTo(texts(other.trainer.step(0)));
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void trainingComputesTheLogProbabilitiesThatTheRolloutDrewFrom(LossSettings loss) {
    try (Run run = new Run(loss, FAST, 2, 40)) {
      for (int step = 0; step < 4; step++) {
        assertThat(run.trainer.step(step).metric(StepMetrics.MISMATCH_MAX)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void beforeTheOnlyUpdateOfAStepNothingIsClipped() {
    try (Run run = new Run(GRPO, PLAIN, 1, 40)) {
      assertThat(run.trainer.step(0).metric(SurrogateLoss.CLIP_FRAC)).isZero();
      assertThat(run.trainer.step(1).metric(SurrogateLoss.CLIP_FRAC)).isZero();
    }
  }

  @Test
  void withSeveralUpdatesAStepTheLaterOnesAreClipped() {
    OptimizerSettings rough =
        new OptimizerSettings(0.05, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
    try (Run run = new Run(GRPO, rough, 3, 40)) {
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
    try (Run run = new Run(loss, PLAIN, 1, 40)) {
      assertThat(run.trainer.step(0).metric(SurrogateLoss.KL)).isCloseTo(0, within(1e-9));
      assertThat(run.trainer.step(1).metric(SurrogateLoss.KL)).isGreaterThan(1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void groupsWhoseResponsesAreAllEquallyGoodMoveNothing(DType dtype) {
    boolean[] equal = {false};
    Verifier verifier =
        submission ->
            equal[0]
                ? new Verdict(0.05, false, Optional.empty(), "equal")
                : ToyTask.VERIFIER.judge(submission);
    try (Run run = new Run(GRPO, FAST, 1, 40, 1, verifier, dtype)) {
      run.trainer.step(0); // so that there are moments by which it could move
      Map<String, float[]> before = run.weights();
      equal[0] = true;

      StepReport report = run.trainer.step(1);

      Weights.same(run.weights(), before);
      assertThat(report.metric(VerdictMetrics.REWARD)).isCloseTo(0.05, within(1e-12));
      assertThat(report.metric(SamplingStatistics.MIXED_GROUP_FRAC)).isZero();
      assertThat(report.metric(StepMetrics.SKIPPED_UPDATES)).isZero();
      assertThat(report.metrics().has(StepMetrics.GRAD_NORM)).isFalse(); // there was no gradient
    }
  }

  @Test
  void rewardsRise() {
    for (LossSettings loss : List.of(GRPO, Flowrl.of(3, 0.2, 0.1, 0.01))) {
      OptimizerSettings optimizer =
          new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
      try (Run run = new Run(loss, optimizer, 1, 1000)) {
        double first = run.trainer.step(0).metric(VerdictMetrics.REWARD);
        for (int step = 1; step < 40; step++) {
          run.trainer.step(step);
        }

        assertThat(first).isLessThan(0.75);
        assertThat(run.trainer.step(40).metric(VerdictMetrics.REWARD)).isGreaterThan(0.95);
      }
    }
  }

  // ---- the report -----------------------------------------------------------------------------

  @Test
  void aReportCountsWhatHappened() {
    try (Run run = new Run(GRPO, FAST, 1, 40)) {
      StepReport report = run.trainer.step(3);

      Trajectories t = report.trajectories();
      List<Verdict> verdicts = t.get(Column.VERDICT);
      assertThat(report.step()).isEqualTo(3);
      assertThat(report.problems()).hasSize(3);
      assertThat(t.rows()).isEqualTo(3 * 4);
      assertThat(report.metric(VerdictMetrics.REWARD))
          .isEqualTo(verdicts.stream().mapToDouble(Verdict::reward).average().orElseThrow());
      assertThat(report.metric(VerdictMetrics.ACCURACY))
          .isEqualTo(verdicts.stream().filter(Verdict::correct).count() / 12.0);
      assertThat(report.metric(StepMetrics.TOKENS)).isEqualTo(t.tokens());
      assertThat(report.metric(ResponseMetrics.RESPONSE_LENGTH))
          .isEqualTo(report.metric(StepMetrics.TOKENS) / 12);
      assertThat(report.metric(ResponseMetrics.TRUNCATED_FRAC))
          .isEqualTo(t.get(Column.FINISH).stream().filter(Finish::atLimit).count() / 12.0);
      assertThat(report.metric(StepMetrics.ENTROPY))
          .isBetween(0.1, Math.log(TinyModels.VOCABULARY));
      assertThat(report.metric(StepMetrics.LEARNING_RATE)).isCloseTo(0.00925, within(0.001));
      assertThat(report.metric(StepMetrics.VALIDATION_LOSS)).isNaN();
      assertThat(report.metric(StepMetrics.STEP_SECONDS))
          .isGreaterThanOrEqualTo(
              report.metric(StepMetrics.ROLLOUT_SECONDS)
                  + report.metric(StepMetrics.TRAIN_SECONDS));
      assertThat(report.metric(StepMetrics.TRAIN_SECONDS))
          .isGreaterThanOrEqualTo(
              report.metric(StepMetrics.FORWARD_SECONDS)
                  + report.metric(StepMetrics.BACKWARD_SECONDS)
                  + report.metric(StepMetrics.OPTIMIZER_SECONDS));
    }
  }

  @Test
  void advantagesBelongToTheResponsesThatTheyWereEstimatedFor() {
    try (Run run = new Run(GRPO, FAST, 1, 40)) {
      StepReport report = run.trainer.step(0);
      Trajectories t = report.trajectories();
      List<Verdict> verdicts = t.get(Column.VERDICT);
      assertThat(t.groups()).hasSize(3);
      for (int[] rows : t.groups()) {
        double mean =
            Arrays.stream(rows)
                .mapToDouble(row -> verdicts.get(row).reward())
                .average()
                .orElseThrow();
        for (int row : rows) {
          float[] advantage = t.row(Column.ADVANTAGES, row);
          assertThat(advantage).hasSize(t.sequence(row).response().length);
          assertThat((double) Math.signum(advantage[0]))
              .isEqualTo(Math.signum(verdicts.get(row).reward() - mean));
        }
      }
    }
  }

  // ---- bad input ------------------------------------------------------------------------------

  @Test
  void aGroupOfOneIsRefused() {
    try (Transformer model = TinyModels.create(1)) {
      assertThatThrownBy(() -> trainer(model, 1, 5))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "rollout.samples: 1 responses a prompt are too few; this advantage compares the"
                  + " responses of a group, so use at least 2");
    }
  }

  @Test
  void anEmptyDataSetIsRefused() {
    try (Transformer model = TinyModels.create(1)) {
      assertThatThrownBy(() -> trainer(model, 4, 0))
          .isInstanceOf(UserError.class)
          .hasMessage("the data set is empty; nothing can be learned from it");
    }
  }

  @Test
  void aDataSetSmallerThanAStepIsAskedAgain() {
    try (Transformer model = TinyModels.create(1);
        PolicyTrainer trainer = trainer(model, 4, 1)) {
      assertThat(ids(trainer.step(0))).containsExactly("toy:0", "toy:0", "toy:0");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1, steps",
    "1, 1, 0, 1, steps",
    "1, 1, 1, 0, steps",
    "1, 0, 1, 1, mini_batches"
  })
  void settingsOutOfRangeAreRefused(
      int steps, int miniBatches, int epochs, int tokens, String key) {
    assertThatThrownBy(() ->
            new PolicyTrainer.Settings(
                steps,
                miniBatches,
                epochs,
                tokens,
                RewardSettings.PLAIN,
                Optional.empty(),
                1,
                FAST))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(key + ":");
  }

  @Test
  void theCheckpointOfAShallowerModelIsRefused(@TempDir Path directory) {
    try (Run run = new Run(GRPO, FAST, 1, 40);
        Transformer other = TinyModels.create(1, DType.FLOAT32, 1);
        PolicyTrainer saving = trainer(other, 4, 5)) {
      saving.save(directory);

      assertThatThrownBy(() -> run.trainer.restore(directory))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(directory.resolve("trainer.safetensors").toString())
          .hasMessageContaining("contains no tensor named first_moment.model.layers.1.");
    }
  }

  @Test
  void theCheckpointOfAWiderModelIsRefused(@TempDir Path directory) {
    LossSettings flowRl = Flowrl.of(1, 0.2, 0, 1);
    try (PolicyLoss wide = flowRl.create(2 * HIDDEN, 1);
        PolicyLoss narrow = flowRl.create(HIDDEN, 1);
        AdamW saved = optimizer(wide);
        AdamW restored = optimizer(narrow)) {
      Path file = directory.resolve(OptimizerState.FILE);
      OptimizerState.save(file, saved, wide.parameters());

      assertThatThrownBy(() -> OptimizerState.restore(file, restored, narrow.parameters()))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(directory.resolve("trainer.safetensors").toString())
          .hasMessageContaining("has shape [32, 32], this run's has [16, 16]");
    }
  }

  @Test
  void aCheckpointWithoutItsTrainerIsRefused(@TempDir Path directory) {
    try (Run run = new Run(GRPO, FAST, 1, 40)) {
      assertThatThrownBy(() -> run.trainer.restore(directory))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("trainer.safetensors: no such file");
    }
  }

  // ---- making ---------------------------------------------------------------------------------

  private static PolicyTrainer trainer(Transformer model, int samples, int problems) {
    return new PolicyTrainer(
        model,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        ToyTask.sampler(model, problems, samples, 6, Sampler.Settings.of(3, 1)),
        new Grpo(Std.SAMPLE),
        GRPO,
        PolicyTrainer.Settings.of(1, 100, 1, FAST));
  }

  private static AdamW optimizer(PolicyLoss loss) {
    return new AdamW(FAST.adam(), List.of(FAST.group(loss.parameters(), 1)));
  }

  /** Noise is drawn too where nothing else is compared. */
  private static LossSettings withDropout(LossSettings loss) {
    return loss instanceof Flowrl flowRl
        ? Flowrl.of(flowRl.beta().at(1), flowRl.epsilon(), 0.3, 0.01)
        : loss;
  }

  private static List<String> ids(StepReport report) {
    return report.problems().stream().map(asked -> asked.problem().id()).toList();
  }

  private static List<String> texts(StepReport report) {
    return report.trajectories().get(Column.TEXT);
  }

  /** A policy, its reference, and their trainer. */
  private static final class Run implements AutoCloseable {
    private final Transformer policy;
    private final Transformer reference;
    private final PolicyLoss loss;
    private final PolicyTrainer trainer;

    Run(LossSettings loss, OptimizerSettings optimizer, int miniBatches, int microBatchTokens) {
      this(loss, optimizer, miniBatches, microBatchTokens, 1, ToyTask.VERIFIER);
    }

    Run(
        LossSettings loss,
        OptimizerSettings optimizer,
        int miniBatches,
        int microBatchTokens,
        long seed,
        Verifier verifier) {
      this(loss, optimizer, miniBatches, microBatchTokens, seed, verifier, DType.FLOAT32);
    }

    Run(
        LossSettings settings,
        OptimizerSettings optimizer,
        int miniBatches,
        int microBatchTokens,
        long seed,
        Verifier verifier,
        DType dtype) {
      policy = TinyModels.create(2, dtype, 1);
      reference = policy.frozenCopy();
      loss = settings.create(HIDDEN, 1);
      trainer =
          new PolicyTrainer(
              policy,
              Optional.of(reference),
              Optional.empty(),
              List.of(),
              new Sampler(
                  ToyTask.problems(5),
                  ToyTask.rollout(policy, 4, 6),
                  verifier,
                  Sampler.Settings.of(3, seed)),
              new Grpo(Std.SAMPLE),
              loss,
              new PolicyTrainer.Settings(
                  10,
                  miniBatches,
                  1,
                  microBatchTokens,
                  RewardSettings.PLAIN,
                  Optional.empty(),
                  seed,
                  optimizer));
    }

    void steps(int from, int to) {
      for (int step = from; step < to; step++) {
        trainer.step(step);
      }
    }

    /** The policy's and the loss's. */
    Map<String, float[]> weights() {
      Map<String, float[]> all = new HashMap<>(Weights.of(policy));
      all.putAll(Weights.of(loss.parameters()));
      return all;
    }

    @Override
    public void close() {
      trainer.close();
      reference.close();
      policy.close();
    }
  }
}
