package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.Metric;
import io.braid.flow.FieldSettings;
import io.braid.flow.FlowField;
import io.braid.flow.FlowSignal;
import io.braid.model.RolloutWeights;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.OverlongPenalty;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.advantage.EntropyShaping;
import io.braid.objective.advantage.Gae;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.advantage.Reinforce;
import io.braid.objective.advantage.ReinforcePlusPlus;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.Beta;
import io.braid.objective.loss.Cispo;
import io.braid.objective.loss.Disa;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.Flowrl.Ratio;
import io.braid.objective.loss.Flowrl.Variant;
import io.braid.objective.loss.Gspo;
import io.braid.objective.loss.LogZ;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PpoClip;
import io.braid.objective.loss.RolloutCorrection;
import io.braid.objective.loss.RolloutCorrection.Level;
import io.braid.objective.loss.RolloutCorrection.TruncatedImportanceSampling;
import io.braid.sampling.DynamicSampling;
import io.braid.sampling.PacedRl;
import io.braid.sampling.Sampler;
import io.braid.sampling.ToyTask;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.train.RunKind.Flow;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.VerdictMetrics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests resuming, micro-batches, staleness and the critic for every kind of run. */
class RunsOfAllKindsTest {
  private static final OptimizerSettings FAST =
      new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0.01, 1, 0.9, 0.999, 1e-8);

  /**
   * An optimizer whose update is nearly the gradient, so that equal gradients give equal weights.
   */
  private static final OptimizerSettings PLAIN =
      new OptimizerSettings(1, 0, Fall.CONSTANT, 0, 0, 1e9, 0.9, 0.999, /* epsilon= */ 1);

  private static final PpoClip CLIPPED =
      new PpoClip(0.2, 0.28, Optional.of(3.0), new Aggregation.TokenMean(), Optional.empty());
  private static final AdvantageEstimator GROUP = new Grpo(Std.SAMPLE);

  private static final LogZ LEARNED = new LogZ.Learned(/* dropout= */ 0, 0.01);

  private static final RolloutCorrection CAPPED = new TruncatedImportanceSampling(Level.TOKEN, 2);

  static Stream<Named<RunKind>> kinds() {
    RewardSettings shaped = new RewardSettings(Optional.of(new OverlongPenalty(3, 0.5)), 0.01);
    return Stream.of(
        Named.of(
            "ppo", RunKind.of(new Gae(1, 0.9, /* whiten= */ true), CLIPPED, 1, 2).rewarded(shaped)),
        Named.of(
            "reinforce++", RunKind.of(new ReinforcePlusPlus(1), CLIPPED, 1, 1).rewarded(shaped)),
        Named.of("dapo", RunKind.of(GROUP, CLIPPED, 1, 2).chosenBy(new DynamicSampling(4))),
        Named.of("entropy", RunKind.of(new EntropyShaping(GROUP, 0.4, 2), CLIPPED, 1, 1)),
        Named.of(
            "gspo",
            RunKind.of(
                GROUP,
                new Gspo(0.03, 0.04, new Aggregation.SequenceMeanTokenMean(), Optional.empty()),
                3,
                1)),
        Named.of(
            "cispo, one step stale",
            RunKind.of(GROUP, new Cispo(1, 4, new Aggregation.TokenMean(), Optional.empty()), 1, 1)
                .stale(new TruncatedImportanceSampling(Level.TOKEN, 2))),
        Named.of(
            "dapo, one step stale",
            RunKind.of(GROUP, CLIPPED, 2, 1)
                .chosenBy(new DynamicSampling(4))
                .stale(new RolloutCorrection.RejectionSampling(Level.SEQUENCE, 0.2, 5))),
        Named.of(
            "grpo, sampled with bytes",
            RunKind.of(GROUP, CLIPPED, 2, 1).sampledWith(RolloutWeights.INT8, CAPPED)),
        Named.of(
            "grpo, sampled with half the width, one step stale",
            RunKind.of(GROUP, CLIPPED, 1, 1)
                .stale(CAPPED)
                .sampledWith(RolloutWeights.BFLOAT16, CAPPED)),
        Named.of("flowrl released", RunKind.of(GROUP, flowRl(Variant.RELEASED, LEARNED), 2, 1)),
        Named.of(
            "flowrl, log Z the batch's mean",
            RunKind.of(GROUP, flowRl(Variant.PAPER, new LogZ.BatchMean()), 2, 1)),
        Named.of(
            "flowrl, log Z the group's mean, one step stale",
            RunKind.of(GROUP, flowRl(Variant.PAPER, new LogZ.GroupMean()), 1, 1)
                .stale(new TruncatedImportanceSampling(Level.SEQUENCE, 2))),
        Named.of("flowrl, log Z by DISA", raw(new Disa(8))),
        Named.of(
            "flowrl, log Z by DISA, one step stale",
            raw(new Disa(8)).stale(new TruncatedImportanceSampling(Level.SEQUENCE, 2))),
        Named.of("flowrl, a constant log Z", raw(new LogZ.Constant(0.5))),
        Named.of("flowrl, paced", raw(LEARNED).chosenBy(new PacedRl(0.5, 2, 0.4, 2))),
        Named.of(
            "flowrl, paced, one step stale",
            raw(LEARNED)
                .chosenBy(new PacedRl(0.5, 2, 0.4, 2))
                .stale(new TruncatedImportanceSampling(Level.SEQUENCE, 2))),
        Named.of("grpo, flow rewards", RunKind.of(GROUP, CLIPPED, 1, 2).with(Flow.ONLINE)),
        Named.of(
            "flowrl, a frozen field's rewards",
            RunKind.of(GROUP, flowRl(Variant.PAPER, LEARNED), 1, 1).with(Flow.FROZEN)),
        Named.of(
            "ppo, flow rewards",
            RunKind.of(new Gae(1, 0.9, /* whiten= */ true), CLIPPED, 1, 1).with(Flow.ONLINE)),
        Named.of(
            "grpo, flow rewards by entropy, one step stale",
            RunKind.of(GROUP, CLIPPED, 1, 1)
                .with(Flow.BY_ENTROPY)
                .stale(new TruncatedImportanceSampling(Level.TOKEN, 2))));
  }

  /**
   * If a step has only one pass, tokens are rewarded in it. Entropy shaping with a negligible bonus
   * gives the same advantages but requires an earlier pass.
   */
  @ParameterizedTest
  @EnumSource(names = {"ONLINE", "FROZEN"})
  void rewardsFromTheTrainingPassMatchRewardsFromASeparatePass(Flow flow) {
    AdvantageEstimator asking = new EntropyShaping(GROUP, 1e-30, 2);
    try (Run late = new Run(RunKind.of(GROUP, CLIPPED, 1, 1).with(flow), PLAIN, 60);
        Run early = new Run(RunKind.of(asking, CLIPPED, 1, 1).with(flow), PLAIN, 60)) {
      for (int step = 0; step < 3; step++) {
        StepReport one = late.trainer.step(step);
        StepReport other = early.trainer.step(step);
        assertThat(one.metric(FlowSignal.SCORE_SECONDS)).isPositive();
        for (Metric metric :
            List.of(
                FlowSignal.REWARD_CORRECT, FlowSignal.REWARD_INCORRECT, FlowSignal.REWARDED_FRAC)) {
          assertThat(one.metric(metric)).isCloseTo(other.metric(metric), within(1e-6));
        }
        assertThat(one.trajectories().get(Column.ADVANTAGES))
            .containsExactly(other.trajectories().get(Column.ADVANTAGES), within(1e-6f));
      }
      assertThat(Weights.distance(late.weights(), early.weights())).isLessThan(1e-6);
    }
  }

  private static LossSettings flowRl(Variant variant, LogZ logZ) {
    return new Flowrl(Beta.parse("auto"), 0.2, variant, Ratio.SEQUENCE_MEAN, logZ);
  }

  /** Returns a run whose target is tilted by the reward itself. */
  private static RunKind raw(LogZ logZ) {
    return RunKind.of(
        new Reinforce(),
        new Flowrl(Beta.of(2), 0.2, Variant.PAPER, Ratio.SEQUENCE_MEAN, logZ),
        1,
        1);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aResumedRunEqualsAnUninterruptedOne(RunKind kind, @TempDir Path directory) {
    try (Run whole = new Run(kind, FAST, 40);
        Run first = new Run(kind, FAST, 40);
        Run second = new Run(kind, FAST, 40)) {
      whole.steps(0, 5);
      first.steps(0, 2);
      first.trainer.parts().save(directory);

      second.policy.copyFrom(first.policy); // the models are saved separately
      second.trunk.copyFrom(first.trunk);
      first.field.savePart(directory.resolve("flow"));
      second.carry(directory.resolve("flow"));
      second.trainer.parts().restore(directory);
      second.steps(2, 5);

      Weights.same(second.weights(), whole.weights());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSizeOfMicroBatchesDoesNotChangeTheStep(RunKind kind) {
    if (kind.loss() instanceof Flowrl balance && balance.variant() == Variant.RELEASED) {
      return; // there it does
    }
    try (Run small = new Run(kind, PLAIN, 1);
        Run large = new Run(kind, PLAIN, 100_000);
        Run untrained = new Run(kind, PLAIN, 1)) {
      small.steps(0, 1);
      large.steps(0, 1);

      double moved = Weights.distance(small.weights(), untrained.weights());
      assertThat(moved).isGreaterThan(1e-3);
      // Sums in another order differ by a rounding error relative to the step.
      assertThat(Weights.distance(small.weights(), large.weights())).isLessThan(1e-5 * moved);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void rewardsRise(RunKind kind) {
    try (Run run = new Run(kind, FAST, 1000)) {
      double reward = run.trainer.step(0).metric(VerdictMetrics.REWARD);
      assertThat(reward).isLessThan(0.75);
      for (int step = 1; step < 50 && reward < 0.9; step++) {
        reward = run.trainer.step(step).metric(VerdictMetrics.REWARD);
      }
      assertThat(reward).isGreaterThanOrEqualTo(0.9);
    }
  }

  @Test
  void staleResponsesComeFromThePreviousStepsWeights() {
    RunKind fresh = RunKind.of(GROUP, CLIPPED, 1, 1);
    RunKind stale = fresh.stale(new TruncatedImportanceSampling(Level.TOKEN, 2));
    try (Run run = new Run(stale, FAST, 40);
        Run before = new Run(fresh, FAST, 40)) {
      StepReport first = run.trainer.step(0);
      StepReport second = run.trainer.step(1);
      StepReport third = run.trainer.step(2);

      assertThat(first.metric(StepMetrics.MISMATCH_MAX)).isLessThan(1e-5);
      assertThat(second.metric(StepMetrics.MISMATCH_MAX)).isGreaterThan(1e-3);
      assertThat(third.metric(StepMetrics.MISMATCH_MAX)).isGreaterThan(1e-3);
      // The second step's responses are sampled with the first weights.
      assertThat(texts(second)).isEqualTo(texts(before.trainer.step(1)));
    }
  }

  /** A prompt is estimated when it first occurs, and its estimate does not change afterwards. */
  @Test
  void disaEstimatesEachPromptOnce() {
    try (Run run = new Run(raw(new Disa(8)), FAST, 1000)) {
      Map<String, Double> logZ = new HashMap<>();
      double estimated = 0;
      for (int step = 0; step < 6; step++) { // 18 prompts of 7 problems
        StepReport report = run.trainer.step(step);
        estimated += report.metric(PromptEstimates.ESTIMATED);
        Trajectories t = report.trajectories();
        for (int row = 0; row < t.rows(); row++) {
          double now = t.get(Column.LOG_Z)[row];
          assertThat(now).isBetween(0.0, 2.0); // β times a reward between 0 and 1
          assertThat(logZ.merge(t.prompt(t.group(row)).key(), now, (before, _) -> before))
              .isEqualTo(now);
        }
      }
      assertThat(estimated).isEqualTo(7);
      assertThat(logZ.values().stream().distinct().count()).isGreaterThan(3);
    }
  }

  /**
   * Older weights sampled the replayed rows, so they are not a measure of the rollouts' exactness.
   */
  @Test
  void replayedRowsAreNotComparedWithThePolicy() {
    RunKind paced = raw(LEARNED).chosenBy(new PacedRl(0.5, 2, 0.4, 2));
    try (Run run = new Run(paced, FAST, 1000)) {
      for (int step = 0; step < 4; step++) {
        StepReport report = run.trainer.step(step);
        assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isLessThan(1e-5);
        long old =
            Arrays.stream(report.trajectories().get(Column.WEIGHTS_VERSION))
                .filter(version -> version < report.step())
                .count();
        assertThat(old).isEqualTo(step == 0 ? 0 : 4); // one group of four
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "BFLOAT16"})
  void roundedWeightsSampleFromASimilarPolicy(RolloutWeights weights) {
    RunKind rounded = RunKind.of(GROUP, CLIPPED, 1, 1).sampledWith(weights, CAPPED);
    try (Run run = new Run(rounded, FAST, 1000);
        Run again = new Run(rounded, FAST, 1000)) {
      for (int step = 0; step < 3; step++) {
        StepReport report = run.trainer.step(step);
        assertThat(report.metric(StepMetrics.MISMATCH_MEAN)).isBetween(1e-5, 0.05);
        assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isBetween(1e-4, 0.2);
        assertThat(report.metric(StepMetrics.WEIGHT_SYNC_SECONDS)).isPositive();
        assertThat(texts(again.trainer.step(step))).isEqualTo(texts(report));
      }
      Weights.same(again.weights(), run.weights());
      for (float[] values : run.weights().values()) {
        for (float value : values) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void theWeightsAreCopiedOnlyIfNeeded() {
    try (Run run = new Run(RunKind.of(GROUP, CLIPPED, 1, 1), FAST, 1000)) {
      assertThat(run.trainer.step(0).metrics().byName()).doesNotContainKey("weight_sync_seconds");
    }
  }

  @Test
  void aCriticLearnsToPredictReturns() {
    RunKind ppo = RunKind.of(new Gae(1, 1, /* whiten= */ true), CLIPPED, 1, 1);
    try (Run run = new Run(ppo, FAST, 1000, /* warmup= */ 30)) {
      Map<String, float[]> before = Weights.of(run.policy);
      double first = run.trainer.step(0).metric(StepMetrics.VALUE_LOSS);
      run.steps(1, 29);

      StepReport late = run.trainer.step(29);

      Weights.same(Weights.of(run.policy), before); // the policy waits for the critic
      assertThat(late.metric(StepMetrics.VALUE_LOSS)).isLessThan(first / 2);
      assertThat(late.metric(StepMetrics.EXPLAINED_VARIANCE)).isGreaterThan(0.05);
      run.steps(30, 31);
      assertThat(Weights.distance(Weights.of(run.policy), before)).isGreaterThan(1e-3);
    }
  }

  @Test
  void anOverlongResponseLosesRewardButNotItsVerdict() {
    RewardSettings shaped = new RewardSettings(Optional.of(new OverlongPenalty(4, 1)), 0);
    RunKind kind = RunKind.of(new ReinforcePlusPlus(1), CLIPPED, 1, 1);
    try (Run plain = new Run(kind, PLAIN, 40);
        Run penalised = new Run(kind.rewarded(shaped), PLAIN, 40)) {
      StepReport one = plain.trainer.step(0);
      StepReport other = penalised.trainer.step(0);

      assertThat(other.metric(VerdictMetrics.REWARD))
          .isCloseTo(one.metric(VerdictMetrics.REWARD), within(1e-12));
      assertThat(other.trajectories().get(Column.ADVANTAGES)[0])
          .isNotEqualTo(one.trajectories().get(Column.ADVANTAGES)[0]);
    }
  }

  private static List<String> texts(StepReport report) {
    return report.trajectories().get(Column.TEXT);
  }

  /** A policy, its reference, its critic, and their trainer. */
  private static final class Run implements AutoCloseable {
    private final Transformer policy = TinyModels.create(1);
    private final Transformer reference = policy.frozenCopy();
    private final Transformer trunk = TinyModels.create(1);
    private final FlowField field =
        FlowField.create(policy.config(), FieldSettings.of(2), /* seed= */ 3);
    private final Optional<FlowSignal> flow;
    private final Critic critic;
    private final PolicyLoss loss;
    private final PolicyTrainer trainer;

    Run(RunKind kind, OptimizerSettings optimizer, int microBatchTokens) {
      this(kind, optimizer, microBatchTokens, /* warmup= */ 0);
    }

    Run(RunKind kind, OptimizerSettings optimizer, int microBatchTokens, int warmup) {
      critic =
          new Critic(trunk, new Critic.Settings(200, microBatchTokens, warmup, 1e9, optimizer));
      loss = kind.loss().create(16, 1);
      flow =
          kind.flow() == Flow.NONE
              ? Optional.empty()
              : Optional.of(new FlowSignal(field, kind.flow().settings(optimizer)));
      trainer =
          new PolicyTrainer(
              policy,
              Optional.of(reference),
              kind.advantage().needs().contains(Column.VALUES)
                  ? Optional.of(critic)
                  : Optional.empty(),
              Stream.concat(flow.stream(), kind.rewards().createSignals().stream()).toList(),
              ToyTask.sampler(
                  policy,
                  7,
                  4,
                  6,
                  new Sampler.Settings(3, kind.curriculum(), kind.staleness(), kind.weights(), 1)),
              kind.advantage(),
              loss,
              new PolicyTrainer.Settings(
                  50,
                  kind.miniBatches(),
                  kind.epochs(),
                  microBatchTokens,
                  kind.rewards(),
                  kind.correction(),
                  1,
                  optimizer));
    }

    /** Restores a saved field. */
    void carry(Path directory) {
      try (FlowField written = FlowField.load(directory);
          Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        for (int p = 0; p < field.parameters().size(); p++) {
          field.parameters().get(p).tensor().copyInPlace(written.parameters().get(p).tensor());
        }
      }
    }

    void steps(int from, int to) {
      for (int step = from; step < to; step++) {
        trainer.step(step);
      }
    }

    /** Returns the weights of everything that is trained. */
    Map<String, float[]> weights() {
      Map<String, float[]> all = new HashMap<>(Weights.of(policy));
      Weights.of(trunk).forEach((name, values) -> all.put("critic." + name, values));
      all.putAll(Weights.of(loss.parameters()));
      Weights.of(field.parameters()).forEach((name, values) -> all.put("flow." + name, values));
      return all;
    }

    @Override
    public void close() {
      trainer.close();
      flow.ifPresent(FlowSignal::close);
      field.close();
      critic.close();
      trunk.close();
      reference.close();
      policy.close();
    }
  }
}
