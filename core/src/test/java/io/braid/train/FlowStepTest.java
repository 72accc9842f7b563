package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.ResidentMemory;
import io.braid.UserError;
import io.braid.flow.FieldSettings;
import io.braid.flow.FlowField;
import io.braid.flow.FlowMatching;
import io.braid.flow.FlowReward;
import io.braid.flow.FlowReward.Normalization;
import io.braid.flow.FlowSignal;
import io.braid.flow.Latents;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.nn.Parameter;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.DrGrpo;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PpoClip;
import io.braid.sampling.Sampler;
import io.braid.sampling.ToyTask;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Tables;
import io.braid.trajectory.Trajectories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the effect of a flow field on a step and on a run. */
class FlowStepTest {
  private static final OptimizerSettings FAST =
      new OptimizerSettings(0.01, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);

  /** An optimizer whose update is nearly the gradient: equal gradients give equal weights. */
  private static final OptimizerSettings PLAIN =
      new OptimizerSettings(1, 0, Fall.CONSTANT, 0, 0, 1e9, 0.9, 0.999, /* epsilon= */ 1);

  private final Transformer policy = TinyModels.create(1);
  private final FlowField field = drawn();
  private final List<Sequence> sequences = sequences(9, 3);
  private final double[] outcomes = {1, 0, 1, 0.5, 1, 0, 0, 1, 0};

  @AfterEach
  void close() {
    field.close();
    policy.close();
  }

  /** Creates a field in which every weight has a gradient. */
  private FlowField drawn() {
    policy.attendExactly();
    FlowField drawn = FlowField.create(policy.config(), FieldSettings.of(2), 3);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(5)) {
      for (Parameter parameter : drawn.parameters()) {
        Tensor noise = Tensor.randn(random, parameter.tensor().shape()).times(0.2);
        parameter.tensor().addInPlace(noise);
      }
    }
    return drawn;
  }

  private static List<Sequence> sequences(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(_ ->
            new Sequence(
                random.longs(1 + random.nextInt(3), 0, 24).toArray(),
                random.longs(1 + random.nextInt(8), 0, 24).toArray()))
        .toList();
  }

  private record Flow(
      boolean shuffle,
      boolean freeze,
      RejectionSampling sampling,
      int warmup,
      OptimizerSettings adam) {
    static final Flow ONLINE = new Flow(false, false, RejectionSampling.PUBLISHED, 0, PLAIN);
    static final Flow FROZEN = new Flow(false, true, RejectionSampling.PUBLISHED, 0, PLAIN);

    Flow sampling(RejectionSampling other) {
      return new Flow(shuffle, freeze, other, warmup, adam);
    }

    Flow moving(OptimizerSettings other) {
      return new Flow(shuffle, freeze, sampling, warmup, other);
    }

    FlowSignal.Settings settings() {
      return new FlowSignal.Settings(
          VelocityDeviation.PUBLISHED,
          new FlowReward(Normalization.MINMAX, 1, 0, 4, 0.5),
          shuffle,
          freeze,
          sampling,
          /* samples= */ 1,
          warmup,
          /* steps= */ 100,
          /* seed= */ 7,
          adam);
    }
  }

  /** The result of a step: the rewards of every response, and the metrics. */
  private record Given(List<double[]> rewards, Map<String, Double> metrics) {}

  private Given step(FlowSignal flow, int number, List<Sequence> all, double[] ofAll, int tokens) {
    Trajectories t = Tables.judged(all, ofAll);
    Measurement measurement =
        new Measurement(policy, Optional.empty(), Optional.empty(), tokens, 1);
    try (StepSignals step = new StepSignals(List.of(flow), number, t)) {
      Trajectories filled = measurement.fill(t, flow.needs(), Optional.of(step));
      List<double[]> rewards =
          IntStream.range(0, t.rows())
              .mapToObj(row -> Tables.row(filled, Column.TOKEN_REWARDS, row))
              .toList();
      Map<String, Double> metrics = new LinkedHashMap<>(step.end().byName());
      metrics.keySet().removeIf(name -> name.endsWith("_seconds"));
      return new Given(rewards, metrics);
    }
  }

  private Given step(Flow flow, int number) {
    try (FlowSignal rewards = new FlowSignal(field, flow.settings())) {
      return step(rewards, number, sequences, outcomes, 1000);
    }
  }

  // ---- training -------------------------------------------------------------------------------

  @Test
  void aFieldTrainedOnlineModelsCorrectResponsesBetter() {
    Random random = new Random(2);
    List<Sequence> heldOut = patterned(random, 12);
    double before = loss(heldOut);
    try (FlowSignal flow = new FlowSignal(field, Flow.ONLINE.moving(FAST).settings())) {
      for (int number = 0; number < 60; number++) {
        List<Sequence> right = patterned(random, 8);
        double[] all = new double[8];
        Arrays.fill(all, 1);
        assertThat(step(flow, number, right, all, 1000).metrics().get(FlowSignal.GRAD_NORM.name()))
            .isPositive()
            .isFinite();
      }
    }

    assertThat(loss(heldOut)).isLessThan(before / 2);
  }

  /** Creates responses with ascending tokens. */
  private static List<Sequence> patterned(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> {
          int from = random.nextInt(6);
          return new Sequence(
              new long[] {from, from + 1}, new long[] {from + 2, from + 3, from + 4, from + 5});
        })
        .toList();
  }

  private double loss(List<Sequence> of) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        FlowMatching loss = new FlowMatching(field, 20, new double[] {4.0 * of.size()}, 99)) {
      float[] weights = new float[4 * of.size()];
      Arrays.fill(weights, 1);
      return loss.measure(seen(of), Tensor.of(weights, weights.length));
    }
  }

  private Latents seen(List<Sequence> of) {
    PackedBatch batch = PackedBatch.of(of);
    Latents latents = field.latents(batch.sequences());
    try (Gradients off = Gradients.off()) {
      policy.latents(batch.input(), batch.attention(), latents, latents.depth());
    }
    return latents;
  }

  @Test
  void aFrozenFieldDoesNotChangeAndHasNoOptimizer(@TempDir Path directory) {
    Map<String, float[]> before = Weights.of(field.parameters());
    try (FlowSignal flow = new FlowSignal(field, Flow.FROZEN.settings())) {
      Given given = step(flow, 0, sequences, outcomes, 1000);
      flow.parts().save(directory);

      assertThat(flow.updates()).isZero();
      assertThat(flow.parts().names()).containsExactly("field");
      assertThat(given.metrics()).doesNotContainKeys("flow_loss", "flow_grad_norm");
    }
    Weights.same(Weights.of(field.parameters()), before);
    assertThat(field.parameters()).allMatch(each -> each.tensor().grad().isEmpty());
  }

  @Test
  void withoutACorrectResponseTheFieldDoesNotChange() {
    Map<String, float[]> before = Weights.of(field.parameters());
    try (FlowSignal flow = new FlowSignal(field, Flow.ONLINE.settings())) {
      Given given = step(flow, 0, sequences, new double[9], 1000);

      assertThat(given.metrics().values()).isNotEmpty().allMatch(Double::isFinite);
      assertThat(given.metrics())
          .containsKeys("flow_score_incorrect", "flow_reward_incorrect", "flow_rewarded_frac")
          .doesNotContainKeys("flow_score_correct", "flow_reward_correct", "flow_loss");
      assertThat(given.rewards()).anyMatch(each -> Arrays.stream(each).anyMatch(r -> r < 0));
      Weights.same(Weights.of(field.parameters()), before);
      assertThat(field.parameters()).allMatch(each -> each.tensor().grad().isEmpty());
    }
  }

  @Test
  void aStepRewardsWithTheFieldFromBeforeItsUpdate() {
    List<double[]> frozen = step(Flow.FROZEN, 4).rewards();
    Map<String, float[]> before = Weights.of(field.parameters());
    List<double[]> learning = step(Flow.ONLINE, 4).rewards();

    same(learning, frozen, 0);
    assertThat(Weights.distance(Weights.of(field.parameters()), before)).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 25})
  void theSizeOfMicroBatchesDoesNotChangeTheStep(int tokens) {
    RejectionSampling some = new RejectionSampling(true, Optional.of(0.3), 0.2);
    // Adam divides a gradient by its own size, which amplifies the rounding of small gradients.
    // With an epsilon of 1, a step is about the gradient, whose rounding error is relative to it.
    Flow flow = Flow.ONLINE.sampling(some).moving(PLAIN);
    Map<String, float[]> before = Weights.of(field.parameters());
    try (FlowField other = copy();
        FlowSignal one = new FlowSignal(field, flow.settings());
        FlowSignal parts = new FlowSignal(other, flow.settings())) {
      Given whole = step(one, 2, sequences, outcomes, 1000);
      Given inParts = step(parts, 2, sequences, outcomes, tokens);

      same(inParts.rewards(), whole.rewards(), 1e-5);
      Map<String, float[]> after = Weights.of(field.parameters());
      double moved = Weights.distance(after, before);
      assertThat(moved).isGreaterThan(1e-3);
      assertThat(Weights.distance(Weights.of(other.parameters()), after)).isLessThan(1e-5 * moved);
      whole
          .metrics()
          .forEach((name, number) ->
              assertThat(inParts.metrics().get(name)).as(name).isCloseTo(number, within(1e-4)));
    }
  }

  private FlowField copy() {
    FlowField copy = FlowField.create(policy.config(), FieldSettings.of(2), 0);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      for (int p = 0; p < copy.parameters().size(); p++) {
        copy.parameters().get(p).tensor().copyInPlace(field.parameters().get(p).tensor());
      }
    }
    return copy;
  }

  /** The tokens of a response share its weight, and all weights sum to 1. */
  @Test
  void incorrectResponsesAreWeightedBySoftFlow() {
    double soft = 0.25;
    double sum = 4 + 5 * soft;
    int n = sequences.stream().mapToInt(each -> each.response().length).sum();
    float[] weights = new float[n];
    int at = 0;
    for (int s : inPassingOrder()) {
      int length = sequences.get(s).response().length;
      double weight = (outcomes[s] >= 1 ? 1 : soft) / sum / length;
      Arrays.fill(weights, at, at + length, (float) weight);
      at += length;
    }
    double expected;
    long seed = (7 * 1_000_003L + 3) * 4 + 1;
    try (Scope scope = Scope.open();
        FlowMatching loss = new FlowMatching(field, 1, new double[] {1}, seed)) {
      expected =
          loss.measure(
              seen(Arrays.stream(inPassingOrder()).mapToObj(sequences::get).toList()),
              Tensor.of(weights, n));
    }

    double found =
        step(Flow.ONLINE.sampling(new RejectionSampling(true, Optional.empty(), soft)), 3)
            .metrics()
            .getOrDefault("flow_loss", Double.NaN);

    assertThat(found).isCloseTo(expected, within(1e-5 * expected));
  }

  private int[] inPassingOrder() {
    return MicroBatches.split(
            IntStream.range(0, sequences.size()).boxed().toList(), sequences::get, 1000)
        .stream()
        .flatMap(List::stream)
        .mapToInt(s -> s)
        .toArray();
  }

  // ---- rewards --------------------------------------------------------------------------------

  @Test
  void shufflingMovesRewardsToOtherTokens() {
    Flow shuffled = new Flow(true, true, RejectionSampling.PUBLISHED, 0, PLAIN);
    List<double[]> plain = step(Flow.FROZEN, 5).rewards();
    List<double[]> dealt = step(shuffled, 5).rewards();
    int moved = 0;
    for (int s = 0; s < plain.size(); s++) {
      moved += Arrays.equals(dealt.get(s), plain.get(s)) ? 0 : 1;
      assertThat(sorted(dealt.get(s))).containsExactly(sorted(plain.get(s)));
    }

    assertThat(moved).isGreaterThan(4);
    same(step(shuffled, 5).rewards(), dealt, 0);
    assertThat(step(shuffled, 6).rewards().stream().map(Arrays::toString).toList())
        .isNotEqualTo(dealt.stream().map(Arrays::toString).toList());
  }

  private static double[] sorted(double[] numbers) {
    return Arrays.stream(numbers).sorted().toArray();
  }

  @Test
  void equalResponsesGetEqualRewards() {
    List<Sequence> twice = new ArrayList<>(sequences);
    twice.addAll(sequences);
    try (FlowSignal flow = new FlowSignal(field, Flow.FROZEN.settings())) {
      List<double[]> rewards = step(flow, 0, twice, new double[18], 30).rewards();

      same(rewards.subList(9, 18), rewards.subList(0, 9), 1e-6);
    }
  }

  @Test
  void theNoiseDependsOnTheStep() {
    same(step(Flow.FROZEN, 5).rewards(), step(Flow.FROZEN, 5).rewards(), 0);
    assertThat(step(Flow.FROZEN, 6).rewards().stream().map(Arrays::toString).toList())
        .isNotEqualTo(step(Flow.FROZEN, 5).rewards().stream().map(Arrays::toString).toList());
  }

  @Test
  void metricsAreMeansOverTheTokensOfCorrectAndIncorrectResponses() {
    Given given = step(Flow.FROZEN, 5);
    double[] sums = new double[2];
    int[] tokens = new int[2];
    int rewarded = 0;
    for (int s = 0; s < outcomes.length; s++) {
      int side = outcomes[s] >= 1 ? 0 : 1;
      tokens[side] += given.rewards().get(s).length;
      sums[side] += Arrays.stream(given.rewards().get(s)).sum();
      rewarded += (int) Arrays.stream(given.rewards().get(s)).filter(each -> each != 0).count();
    }

    Map<String, Double> expected = new LinkedHashMap<>();
    expected.put("flow_reward_correct", sums[0] / tokens[0]);
    expected.put("flow_reward_incorrect", sums[1] / tokens[1]);
    expected.put("flow_rewarded_frac", rewarded / (double) (tokens[0] + tokens[1]));
    expected.forEach((name, number) ->
        assertThat(given.metrics().get(name)).as(name).isCloseTo(number, within(1e-12)));
    assertThat(given.metrics().get(FlowSignal.SCORE_CORRECT.name())).isPositive();
  }

  private static void same(List<double[]> some, List<double[]> others, double tolerance) {
    assertThat(some).hasSameSizeAs(others);
    for (int s = 0; s < some.size(); s++) {
      assertThat(some.get(s)).containsExactly(others.get(s), within(tolerance));
    }
  }

  // ---- in a run -------------------------------------------------------------------------------

  @Test
  void thePolicyWaitsWhileTheFieldIsPretrained() {
    Flow warming =
        new Flow(false, false, new RejectionSampling(false, Optional.empty(), 0), 2, FAST);
    try (FlowSignal flow = new FlowSignal(field, warming.settings());
        PolicyLoss loss =
            new PpoClip(0.2, 0.2, Optional.empty(), new Aggregation.TokenMean(), Optional.empty())
                .create(16, 1);
        PolicyTrainer trainer =
            new PolicyTrainer(
                policy,
                Optional.empty(),
                Optional.empty(),
                List.of(flow),
                ToyTask.sampler(policy, 7, 4, 6, Sampler.Settings.of(3, 1)),
                new Grpo(Std.SAMPLE),
                loss,
                PolicyTrainer.Settings.of(5, 1000, 1, FAST))) {
      Map<String, float[]> before = Weights.of(policy);
      Map<String, float[]> fieldBefore = Weights.of(field.parameters());
      trainer.step(0);
      StepReport second = trainer.step(1);
      Weights.same(Weights.of(policy), before);
      assertThat(Weights.distance(Weights.of(field.parameters()), fieldBefore)).isGreaterThan(1e-3);
      assertThat(second.metrics().byName().values()).allMatch(Double::isFinite);

      trainer.step(2);
      assertThat(Weights.distance(Weights.of(policy), before)).isGreaterThan(1e-3);
    }
  }

  @Test
  void rewardsAreAddedToTheAdvantagesOfEarlierTokens() {
    try (FlowSignal flow = new FlowSignal(field, Flow.FROZEN.settings())) {
      Sampler sampler = ToyTask.sampler(policy, 7, 4, 6, Sampler.Settings.of(3, 1));
      Trajectories t =
          RewardSettings.PLAIN.fill(
              sampler.sample(0, 0, sampler.rollout()).trajectories(), 6, /* byToken= */ false);
      Measurement measurement =
          new Measurement(policy, Optional.empty(), Optional.empty(), 1000, 1);
      try (StepSignals step = new StepSignals(List.of(flow), 0, t)) {
        Trajectories filled = measurement.fill(t, flow.needs(), Optional.of(step));
        double[] rewards = filled.get(Column.TOKEN_REWARDS);
        double[] with = new DrGrpo().estimate(filled).advantages();
        double[] without = new DrGrpo().estimate(t).advantages();
        double sum = 0;
        for (int i = t.start(7) - 1; i >= t.start(6); i--) {
          sum += rewards[i];
          assertThat(with[i]).isCloseTo(without[i] + sum, within(1e-12));
        }

        assertThat(sum).isNegative();
      }
    }
  }

  @Test
  void pretrainingAFrozenFieldIsRefused() {
    assertThatThrownBy(
            () -> new Flow(false, true, RejectionSampling.PUBLISHED, 3, PLAIN).settings())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("pretrain_steps: ");
  }

  // ---- memory ---------------------------------------------------------------------------------

  /** The noise alone takes 1 MB per step; the JVM's own memory varies by up to 15 MB. */
  @Test
  void aStepLeaksNoMemory() {
    List<Sequence> one =
        List.of(new Sequence(new long[] {1, 2}, new Random(1).longs(1000, 0, 24).toArray()));
    FlowSignal.Settings settings =
        new FlowSignal.Settings(
            new VelocityDeviation(List.of(0.8), true, /* noiseSamples= */ 16),
            FlowReward.PUBLISHED,
            false,
            false,
            new RejectionSampling(true, Optional.of(0.3), 0.2),
            /* samples= */ 1,
            0,
            65,
            7,
            FAST);
    try (FlowSignal flow = new FlowSignal(field, settings)) {
      steps(flow, 0, 20, one);
      long before = ResidentMemory.bytes();
      steps(flow, 20, 65, one);

      assertThat(ResidentMemory.bytes() - before).isLessThan(24 << 20);
    }
  }

  private void steps(FlowSignal flow, int from, int to, List<Sequence> right) {
    for (int number = from; number < to; number++) {
      step(flow, number, right, new double[] {1}, 1500);
      if (number % 10 == 9) {
        System.gc(); // so that the Java heap does not grow meanwhile
      }
    }
  }
}
