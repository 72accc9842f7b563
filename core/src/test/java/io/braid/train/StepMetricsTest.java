package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.UserError;
import io.braid.model.Exactness;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.advantage.DrGrpo;
import io.braid.objective.advantage.Gae;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PpoClip;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.sampling.FixedOrder;
import io.braid.sampling.Sampler;
import io.braid.sampling.SamplingStatistics;
import io.braid.sampling.ToyTask;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that metrics cover everything that a step sampled, or are absent. */
class StepMetricsTest {
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
  private static final AdvantageEstimator GROUP = new Grpo(Std.SAMPLE);
  private static final int TOKENS = 6;

  /** Gives all responses to problems 0, 2 and 4 the same reward. */
  private static final Verifier SOME_ALIKE =
      submission ->
          Integer.parseInt(submission.problem().id().substring(4)) % 2 == 0
              ? verdict(0.25)
              : ToyTask.VERIFIER.judge(submission);

  private static final Verifier ALL_ALIKE = _ -> verdict(1);

  private static Verdict verdict(double reward) {
    return new Verdict(reward, reward == 1, Optional.empty(), "given");
  }

  // ---- means over all responses
  // ------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"1, 1, 40", "1, 1, 1000", "2, 2, 40", "1, 3, 1000"})
  void entropyAndMismatchCoverAllSampledTokens(int miniBatches, int epochs, int tokens) {
    try (Run run = new Run(GROUP, SOME_ALIKE, miniBatches, epochs, tokens, 0, 1)) {
      run.trainer.step(0);
      try (Transformer before = run.policy.frozenCopy()) {
        before.attendExactly();
        StepReport report = run.trainer.step(1);

        assertThat(report.metric(SamplingStatistics.MIXED_GROUP_FRAC)).isStrictlyBetween(0.0, 1.0);
        assertThat(report.metric(StepMetrics.TRAINED_TOKENS))
            .isPositive()
            .isLessThan(report.metric(StepMetrics.TOKENS));
        isOfAll(report, before, 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2"})
  void aStepWithoutALearningSignalIsMeasuredAndReported(int miniBatches, int epochs) {
    try (Run run = new Run(GROUP, ALL_ALIKE, miniBatches, epochs, 1000, 0, 1);
        Transformer before = run.policy.frozenCopy()) {
      before.attendExactly();
      StepReport report = run.trainer.step(0);

      assertThat(report.metric(StepMetrics.TRAINED_TOKENS)).isZero();
      assertThat(report.metrics().byName()).doesNotContainKeys("loss", "grad_norm", "clip_frac");
      assertThat(report.metrics().byName()).containsKey("learning_rate");
      isOfAll(report, before, 1);
      Weights.same(Weights.of(run.policy), Weights.of(before));
    }
  }

  @Test
  void thePolicyIsMeasuredWhileItWaitsForTheCritic() {
    AdvantageEstimator ppo = new Gae(1, 1, /* whiten= */ true);
    try (Run run = new Run(ppo, ToyTask.VERIFIER, 1, 1, 1000, /* warmup= */ 1, 1);
        Transformer before = run.policy.frozenCopy()) {
      before.attendExactly();
      StepReport report = run.trainer.step(0);

      assertThat(report.metrics().byName())
          .doesNotContainKeys("loss", "grad_norm", "learning_rate");
      assertThat(report.metric(StepMetrics.TRAINED_TOKENS)).isZero();
      assertThat(report.metrics().byName()).containsKeys("value_loss", "critic_skipped_updates");
      isOfAll(report, before, 1);
      assertThat(run.trainer.step(1).metrics().byName()).containsKeys("loss", "grad_norm");
    }
  }

  @Test
  void equalReturnsHaveNoExplainedVariance() {
    AdvantageEstimator ppo = new Gae(1, 1, /* whiten= */ true);
    try (Run run = new Run(ppo, ALL_ALIKE, 1, 1, 1000, 0, 1)) {
      assertThat(run.trainer.step(0).metrics().byName()).doesNotContainKey("explained_variance");
    }
  }

  @Test
  void greedyResponsesAreMeasuredUnderTheModelsOwnDistribution() {
    try (Run run = new Run(GROUP, SOME_ALIKE, 1, 1, 1000, 0, /* temperature= */ 0);
        Transformer before = run.policy.frozenCopy()) {
      before.attendExactly();
      StepReport report = run.trainer.step(0);

      assertThat(report.metric(StepMetrics.TRAINED_TOKENS)).isZero(); // all responses are the same
      isOfAll(report, before, 1);
      assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isLessThan(1e-5);
    }
  }

  /** Compares a report with the model's entropies and log-probabilities, computed at once. */
  private static void isOfAll(StepReport report, Transformer policy, double temperature) {
    Trajectories t = report.trajectories();
    float[] rollout = t.get(Column.ROLLOUT_LOG_PROBS);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      TokenLogProbs all = TokenLogProbs.of(policy, PackedBatch.of(t.sequences()), temperature);
      float[] logProbs = all.logProbs().toFloats();
      double largest = 0;
      for (int i = 0; i < logProbs.length; i++) {
        largest = Math.max(largest, Math.abs(logProbs[i] - rollout[i]));
      }
      assertThat(report.metric(StepMetrics.TOKENS)).isEqualTo(logProbs.length);
      assertThat(report.metric(StepMetrics.ENTROPY))
          .isCloseTo(all.entropy().mean().item(), within(1e-5));
      assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isCloseTo(largest, within(1e-5));
      assertThat(report.metric(StepMetrics.MISMATCH_MEAN))
          .isLessThanOrEqualTo(report.metric(StepMetrics.MISMATCH_MAX));
      double ofResponses = 0;
      for (int row = 0; row < t.rows(); row++) {
        double sum = 0;
        for (int i = t.start(row); i < t.start(row + 1); i++) {
          sum += (double) logProbs[i] - rollout[i];
        }
        ofResponses += Math.abs(sum) / t.rows();
      }
      assertThat(report.metric(StepMetrics.MISMATCH_RESPONSE)).isCloseTo(ofResponses, within(1e-4));
    }
  }

  /** Where rollouts are exact, the rows without a gradient need no pass. */
  @ParameterizedTest
  @CsvSource({"1, false", "0.7, false", "1, true"})
  void anExactRolloutKnowsTheEntropiesOfRowsWithoutAGradient(double temperature, boolean alike) {
    Transformer model = TinyModels.exact(1);
    assumeTrue(Exactness.obstacle(model).isEmpty(), "rollouts are not exact on this machine");
    try (Run run =
            new Run(model, GROUP, alike ? ALL_ALIKE : SOME_ALIKE, 1, 1, 1000, 0, temperature, 0);
        Transformer before = run.policy.frozenCopy()) {
      before.attendExactly();
      StepReport report = run.trainer.step(0);

      Trajectories t = report.trajectories();
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        TokenLogProbs all = TokenLogProbs.of(before, PackedBatch.of(t.sequences()), temperature);
        assertThat(t.get(Column.ROLLOUT_ENTROPIES))
            .usingComparatorWithPrecision(1e-5f)
            .containsExactly(all.entropy().toFloats());
        assertThat(report.metric(StepMetrics.ENTROPY))
            .isCloseTo(all.entropy().mean().item(), within(1e-5));
      }
      if (alike) {
        assertThat(report.metrics().byName()).doesNotContainKey("mismatch_max");
      } else {
        assertThat(report.metric(StepMetrics.TRAINED_TOKENS))
            .isPositive()
            .isLessThan(report.metric(StepMetrics.TOKENS));
        assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isZero();
        assertThat(report.metric(StepMetrics.MISMATCH_RESPONSE)).isZero();
      }
    }
  }

  /** The entropies of a rollout by older weights are not those of the policy. */
  @Test
  void entropiesOfStaleResponsesAreMeasured() {
    Transformer model = TinyModels.exact(1);
    try (Run run = new Run(model, GROUP, SOME_ALIKE, 1, 1, 1000, 0, 1, /* staleness= */ 1)) {
      run.trainer.step(0);
      try (Transformer before = run.policy.frozenCopy()) {
        before.attendExactly();
        StepReport report = run.trainer.step(1);

        assertThat(report.metric(StepMetrics.TRAINED_TOKENS))
            .isPositive()
            .isLessThan(report.metric(StepMetrics.TOKENS));
        assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isPositive();
        isOfAll(report, before, 1);
      }
    }
  }

  // ---- extreme rewards ------------------------------------------------------------------------

  @Test
  void rewardsThatDifferOnlyByRoundingDoNotMakeAMixedGroup() {
    double[] rewards = {0.3, 0.1 + 0.2};
    int[] next = {0};
    try (Run run = new Run(GROUP, _ -> verdict(rewards[next[0]++ % 2]), 1, 1, 1000, 0, 1)) {
      StepReport report = run.trainer.step(0);

      assertThat(report.metric(SamplingStatistics.MIXED_GROUP_FRAC)).isZero();
      assertThat(report.metric(StepMetrics.TRAINED_TOKENS)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void aNanRewardIsRefused(double reward) {
    try (Run run = new Run(GROUP, new Spoiling(reward), 1, 1, 1000, 0, 1)) {
      assertThatThrownBy(() -> run.trainer.step(0))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("verifier Spoiling: gave the reward " + reward)
          .hasMessageContaining("to a response to problem toy:");
    }
  }

  @Test
  void anAdvantageTooLargeForAGradientIsRefusedUnlessNormalised() {
    int[] next = {0};
    Verifier huge = _ -> verdict(next[0]++ % 2 == 0 ? 1e308 : -1e308);
    try (Run run = new Run(new DrGrpo(), huge, 1, 1, 1000, 0, 1)) {
      assertThatThrownBy(() -> run.trainer.step(0))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("advantage: the verifier's reward of ")
          .hasMessageContaining("1.0E308");
    }
    try (Run run = new Run(GROUP, huge, 1, 1, 1000, 0, 1)) {
      assertThat(run.trainer.step(0).metric(StepMetrics.GRAD_NORM)).isFinite().isPositive();
    }
  }

  /** A verifier that always gives the same reward. */
  private record Spoiling(double reward) implements Verifier {
    @Override
    public Verdict judge(io.braid.verify.Submission submission) {
      return verdict(reward);
    }
  }

  // ---- fixtures -------------------------------------------------------------------------------

  /** A policy, an optional critic, and their trainer. */
  private static final class Run implements AutoCloseable {
    private final Transformer policy;
    private final Transformer trunk = TinyModels.create(1);
    private final Optional<Critic> critic;
    private final PolicyTrainer trainer;

    Run(
        AdvantageEstimator advantage,
        Verifier verifier,
        int miniBatches,
        int epochs,
        int microBatchTokens,
        int warmup,
        double temperature) {
      this(
          TinyModels.plainly(TinyModels.create(1)),
          advantage,
          verifier,
          miniBatches,
          epochs,
          microBatchTokens,
          warmup,
          temperature,
          0);
    }

    Run(
        Transformer policy,
        AdvantageEstimator advantage,
        Verifier verifier,
        int miniBatches,
        int epochs,
        int microBatchTokens,
        int warmup,
        double temperature,
        int staleness) {
      this.policy = policy;
      critic =
          advantage.needs().contains(Column.VALUES)
              ? Optional.of(
                  new Critic(
                      trunk, new Critic.Settings(100, microBatchTokens, warmup, 0.5, OPTIMIZER)))
              : Optional.empty();
      SamplingSettings sampling =
          SamplingSettings.of(/* samples= */ 4, temperature, TOKENS, List.of(23L));
      PolicyLoss loss =
          new PpoClip(0.2, 0.2, Optional.empty(), new Aggregation.TokenMean(), Optional.empty());
      trainer =
          new PolicyTrainer(
              policy,
              Optional.empty(),
              critic,
              List.of(),
              new Sampler(
                  ToyTask.problems(5),
                  new Rollout(policy, sampling, ToyTask::decode, 1L << 30),
                  verifier,
                  new Sampler.Settings(4, new FixedOrder(), staleness, 1)),
              advantage,
              loss,
              new PolicyTrainer.Settings(
                  100,
                  miniBatches,
                  epochs,
                  microBatchTokens,
                  RewardSettings.PLAIN,
                  Optional.empty(),
                  1,
                  OPTIMIZER));
    }

    @Override
    public void close() {
      trainer.close();
      critic.ifPresent(Critic::close);
      trunk.close();
      policy.close();
    }
  }
}
