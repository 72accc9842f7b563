package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.advantage.Gae;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Reinforce;
import io.braid.objective.advantage.ReinforcePlusPlus;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.Cispo;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.Gspo;
import io.braid.objective.loss.LossBatch;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.LossValue;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PpoClip;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Segment;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Tables;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that no loss, statistic or divisor counts a tool's tokens in the middle of a response. */
class LossMaskTest {
  private static final long[] PROMPT = {1, 2};
  private static final OptimizerSettings SGD =
      new OptimizerSettings(1, 0, Fall.CONSTANT, 0, 0, 1e9, 0.9, 0.999, /* epsilon= */ 1);

  /** Creates a response of three sampled tokens, two tool tokens and two sampled tokens. */
  private static Sequence withTool() {
    return new Sequence(
        PROMPT,
        new long[] {3, 4, 5, 6, 7, 8, 9},
        new boolean[] {true, true, true, false, false, true, true},
        List.of(
            new Segment(Segment.Kind.SAMPLED, 0, 3),
            new Segment(Segment.Kind.TOOL, 3, 5),
            new Segment(Segment.Kind.SAMPLED, 5, 7)));
  }

  private static Trajectories table() {
    return Tables.judged(List.of(withTool(), new Sequence(PROMPT, new long[] {10, 11, 12})), 1, 0)
        .with(Column.ADVANTAGES, new float[] {1, 1, 1, 1, 1, -1, -1, -1})
        .with(Column.ROLLOUT_LOG_PROBS, new float[8])
        .with(Column.ROLLOUT_ENTROPIES, new float[8]);
  }

  static Stream<Named<LossSettings>> losses() {
    return Stream.of(
        Named.of("token mean", clip(new Aggregation.TokenMean())),
        Named.of("sequence mean", clip(new Aggregation.SequenceMeanTokenMean())),
        Named.of("constant", clip(new Aggregation.SequenceMeanTokenSumNorm(7))),
        Named.of(
            "gspo", new Gspo(0.1, 0.1, new Aggregation.SequenceMeanTokenMean(), Optional.empty())),
        Named.of("cispo", new Cispo(1, 4, new Aggregation.TokenMean(), Optional.empty())),
        Named.of("flowrl", Flowrl.of(1, 0.2, /* dropout= */ 0, 1)));
  }

  private static PpoClip clip(Aggregation aggregation) {
    return new PpoClip(0.2, 0.2, Optional.empty(), aggregation, Optional.empty());
  }

  /**
   * The logits that predict a tool's tokens get no gradient, and the loss is the formula over the
   * other tokens only, so the tool's output does not matter.
   */
  @ParameterizedTest
  @MethodSource("losses")
  void theLossCoversOnlyTrainedTokens(LossSettings settings) {
    Trajectories t = table();
    try (Scope scope = Scope.open();
        PolicyLoss loss = settings.create(16, 1)) {
      loss.beginStep(1);
      Tensor logProbs =
          Tensor.of(new float[] {-1, -2, -3, -1.5f, -0.5f, -1, -2, -0.25f}, 8).requiresGrad(true);
      LossValue value = loss.of(batch(t, logProbs));
      value.loss().backward();
      float[] gradient = logProbs.grad().orElseThrow().toFloats();

      assertThat(gradient).hasSize(8);
      for (float each : gradient) {
        assertThat(each).isNotZero();
      }
      if (settings instanceof PpoClip clip && clip.aggregation() instanceof Aggregation.TokenMean) {
        assertThat(gradient[0]).isCloseTo(-1 / 8f, within(1e-7f)); // 8 trained tokens, not 10
      } else if (settings instanceof PpoClip clip
          && clip.aggregation() instanceof Aggregation.SequenceMeanTokenMean) {
        assertThat(gradient[0]).isCloseTo(-1 / 5f / 2, within(1e-7f)); // 5 of them, not 7
        assertThat(gradient[5]).isCloseTo(1 / 3f / 2, within(1e-7f));
      }
    }
  }

  private static LossBatch batch(Trajectories t, Tensor logProbs) {
    PackedBatch packed = PackedBatch.of(t.sequences());
    assertThat(packed.targets().toLongs()).containsExactly(3, 4, 5, 8, 9, 10, 11, 12);
    assertThat(packed.lengths().toFloats()).containsExactly(5, 3);
    Tensor old = logProbs.detach();
    return new LossBatch(
        t,
        logProbs,
        old,
        Optional.of(old.minus(0.125)),
        t.pack(Column.ADVANTAGES),
        Optional.empty(),
        packed.responseOf(),
        packed.lengths(),
        Tensor.of(new long[] {0, 1}, 2),
        Optional.of(Tensor.ones(logProbs.dtype(), 2, 16)),
        new LossBatch.Totals(t.tokens(), t.rows(), t.groupCount()));
  }

  /** In a model's update, the head's predictions of a tool's tokens have no effect. */
  @Test
  void theHeadGetsNoGradientFromMaskedTokens() {
    Map<String, float[]> masked = updated(table());
    // The same update with the tool's tokens as parts of two prompts.
    List<Map<String, float[]>> parts = new ArrayList<>();
    Sequence whole = withTool();
    long[] before = {1, 2, 3, 4, 5, 6, 7};
    Trajectories split =
        Tables.judged(
                List.of(
                    new Sequence(PROMPT, new long[] {3, 4, 5}),
                    new Sequence(before, new long[] {8, 9}),
                    new Sequence(PROMPT, new long[] {10, 11, 12})),
                1,
                1,
                0)
            .with(Column.ADVANTAGES, new float[] {1, 1, 1, 1, 1, -1, -1, -1})
            .with(Column.ROLLOUT_LOG_PROBS, new float[8])
            .with(Column.ROLLOUT_ENTROPIES, new float[8]);
    parts.add(updated(split));

    assertThat(whole.trained()).isEqualTo(5);
    assertThat(Weights.distance(masked, parts.getFirst())).isLessThan(1e-6);
    try (Transformer untouched = TinyModels.create(1)) {
      assertThat(Weights.distance(masked, Weights.of(untouched))).isGreaterThan(1e-3);
    }
  }

  private static Map<String, float[]> updated(Trajectories t) {
    try (Transformer policy = TinyModels.create(1);
        PolicyUpdate update =
            new PolicyUpdate(
                policy,
                clip(new Aggregation.TokenMean()).create(16, 1),
                new PolicyUpdate.Settings(
                    1, 1000, 1, /* exactRollouts= */ false, /* keepsOld= */ false, 1, SGD))) {
      StepReport.Builder report = new StepReport.Builder(0);
      update.learn(t, 0, Optional.empty(), /* observes= */ true, report);
      return Weights.of(policy);
    }
  }

  static Stream<AdvantageEstimator> estimators() {
    return Stream.of(
        new Grpo(Grpo.Std.SAMPLE),
        new Reinforce(),
        new ReinforcePlusPlus(0.9),
        new Gae(0.9, 0.8, /* whiten= */ true));
  }

  /** Advantages equal those of the response without the tool's tokens. */
  @ParameterizedTest
  @MethodSource("estimators")
  void advantagesAreOverTrainedTokens(AdvantageEstimator estimator) {
    float[] values = {0.5f, 0.25f, 0.75f, 0.125f, 0.5f, 0.25f, 1, 0};
    Trajectories without =
        Tables.judged(
            List.of(
                new Sequence(PROMPT, new long[] {3, 4, 5, 8, 9}),
                new Sequence(PROMPT, new long[] {10, 11, 12})),
            1,
            0);
    Trajectories one = sameGroup(table().sequences()).with(Column.VALUES, values);
    Trajectories other = sameGroup(without.sequences()).with(Column.VALUES, values);

    assertThat(estimator.estimate(one).advantages())
        .containsExactly(estimator.estimate(other).advantages());
    assertThat(Arrays.stream(estimator.estimate(one).advantages())).anyMatch(a -> a != 0);
  }

  private static Trajectories sameGroup(List<Sequence> sequences) {
    Trajectories t =
        Trajectories.of(List.of(new io.braid.rollout.Prompt("p", PROMPT)), sequences, new int[2]);
    return t.with(Column.REWARD, new double[] {1, 0})
        .with(Column.TOKEN_REWARDS, new double[] {0, 0.5, 0, 0, 0.25, 0, 0, 0.125});
  }

  /** Checks entropy, mismatch and the divisor of their means. */
  @Test
  void reportedMeansAreOverTrainedTokens() {
    Trajectories t = table();
    StepReport.Builder report = new StepReport.Builder(0);
    float[] entropies = {1, 1, 1, 1, 1, 3, 3, 3};
    float[] logProbs = {0, 0, 0, 0.5f, 0, 0, 0, 0};
    report.observed(t, logProbs, entropies);

    assertThat(report.meanEntropy()).isCloseTo(14 / 8.0, within(1e-12));
    assertThat(report.meanDifference()).isCloseTo(0.5 / 8, within(1e-12));
  }
}
