package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.flow.Fields.Asked;
import io.braid.flow.FlowContext.Mode;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.nn.LearningRate;
import io.braid.nn.LearningRate.Fall;
import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlowMatchingTest {
  private static final int WIDTH = 16;
  private static final int DRAWS = 2;

  private final Transformer model = TinyModels.create(4, DType.FLOAT32, 1);
  private final List<Asked> asked = Fields.asked(6, TinyModels.VOCABULARY, 3);
  private final float[][] weights = weights(asked, 5);
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
    model.close();
  }

  static Stream<Named<FieldSettings>> settings() {
    return Stream.of(
        Named.of("published", Fields.settings(Fields.post())),
        Named.of(
            "two contexts",
            Fields.settings(
                new FlowContext(Mode.TOKEN_POST, 3), new FlowContext(Mode.TOKEN_PRE, 1))));
  }

  private static float[][] weights(List<Asked> asked, long seed) {
    Random random = new Random(seed);
    return asked.stream()
        .map(each -> {
          float[] own = new float[each.response().length];
          for (int t = 0; t < own.length; t++) {
            own[t] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
          }
          return own;
        })
        .toArray(float[][]::new);
  }

  // ---- micro-batches --------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("settings")
  void microBatchesGiveTheGradientOfTheWholeStep(FieldSettings settings) {
    try (FlowField field = Fields.randomised(model.config(), settings, 5)) {
      double whole = learn(field, asked.size());
      Map<String, float[]> gradients = Fields.gradients(field);
      assertThat(gradients.values()).allMatch(each -> each.length > 0);

      for (int size = 1; size < asked.size(); size++) {
        assertThat(learn(field, size)).isCloseTo(whole, within(1e-6 * whole));
        Fields.gradients(field)
            .forEach((name, gradient) ->
                assertThat(Fields.distance(gradient, gradients.getOrDefault(name, new float[0])))
                    .as(name)
                    .isLessThan(2e-6));
      }
    }
  }

  private double learn(FlowField field, int size) {
    double total = 0;
    try (FlowMatching step = new FlowMatching(field, DRAWS, divisors(field), 7)) {
      for (int from = 0; from < asked.size(); from += size) {
        int to = Math.min(asked.size(), from + size);
        try (Scope part = Scope.open()) {
          total +=
              step.learn(
                  Fields.seen(model, field, asked.subList(from, to)),
                  packed(Arrays.copyOfRange(weights, from, to)));
        }
      }
    }
    return total;
  }

  private double[] divisors(FlowField field) {
    double[] divisors = new double[field.settings().contexts().size()];
    for (int s = 0; s < asked.size(); s++) {
      FlowMatching.weigh(
          field.settings().contexts(), asked.get(s).prompt().length, weights[s], divisors);
    }
    return divisors;
  }

  private static Tensor packed(float[]... weights) {
    int n = Arrays.stream(weights).mapToInt(each -> each.length).sum();
    float[] all = new float[n];
    int at = 0;
    for (float[] each : weights) {
      System.arraycopy(each, 0, all, at, each.length);
      at += each.length;
    }
    return Tensor.of(all, n);
  }

  // ---- the loss -------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("settings")
  void anUntrainedFieldsLossIsTheWeightedMeanSquareOfLatentMinusNoise(FieldSettings settings) {
    try (FlowField fresh = FlowField.create(model.config(), settings, 5);
        FlowMatching step = new FlowMatching(fresh, DRAWS, divisors(fresh), 7)) {
      Latents latents = Fields.seen(model, fresh, asked);
      float[] all = packed(weights).toFloats();
      double expected = 0;
      int stream = 0;
      for (int l = 0; l < 3; l++) {
        for (LatentRows.Pairs pairs : latents.rows().pairs()) {
          for (int draw = 0; draw < DRAWS; draw++, stream++) {
            expected += meanSquare(latents.at(l), pairs, all, 7 * 1_000_003L + stream);
          }
        }
      }
      expected /= stream;

      assertThat(step.measure(latents, packed(weights))).isCloseTo(expected, within(1e-5));
      assertThat(expected).isGreaterThan(1); // at least the mean square of the noise
    }
  }

  private static double meanSquare(
      Tensor latents, LatentRows.Pairs pairs, float[] weights, long seed) {
    int[] chosen =
        IntStream.range(0, pairs.numbers().length)
            .filter(i -> weights[pairs.numbers()[i]] > 0)
            .toArray();
    float[] h = latents.indexSelect(0, pairs.targets()).toFloats();
    float[] drawn;
    try (RandomSource random = new RandomSource(seed)) {
      drawn = FlowNoise.normal(random, chosen.length, WIDTH + 1).toFloats();
    }
    double sum = 0;
    double total = 0;
    for (int i = 0; i < chosen.length; i++) {
      double square = 0;
      for (int d = 0; d < WIDTH; d++) {
        square += Math.pow(h[WIDTH * chosen[i] + d] - drawn[(WIDTH + 1) * i + d], 2);
      }
      double weight = weights[pairs.numbers()[chosen[i]]];
      sum += weight * square / WIDTH;
      total += weight;
    }
    return sum / total;
  }

  @Test
  void measuringGivesTheSameLossWithoutGradients() {
    try (FlowField field = Fields.randomised(model.config(), Fields.settings(Fields.post()), 5);
        FlowMatching one = new FlowMatching(field, DRAWS, divisors(field), 7);
        FlowMatching other = new FlowMatching(field, DRAWS, divisors(field), 7);
        FlowMatching elsewhere = new FlowMatching(field, DRAWS, divisors(field), 8)) {
      Latents latents = Fields.seen(model, field, asked);
      double measured = one.measure(latents, packed(weights));
      assertThat(field.parameters()).allMatch(each -> each.tensor().grad().isEmpty());

      assertThat(other.learn(latents, packed(weights))).isEqualTo(measured);
      assertThat(elsewhere.measure(latents, packed(weights))).isNotEqualTo(measured);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void tokensWithoutWeightContributeNothing(FieldSettings settings) {
    try (FlowField field = Fields.randomised(model.config(), settings, 5)) {
      double alone = learn(field, asked.size());
      Map<String, float[]> gradients = Fields.gradients(field);
      List<Asked> more = Stream.concat(asked.stream(), asked.stream().skip(2)).toList();
      float[][] none =
          more.stream()
              .skip(6)
              .map(each -> new float[each.response().length])
              .toArray(float[][]::new);
      double with;
      try (FlowMatching step = new FlowMatching(field, DRAWS, divisors(field), 7)) {
        with = step.learn(Fields.seen(model, field, more), packed(joined(weights, none)));
      }

      assertThat(with).isCloseTo(alone, within(1e-6 * alone));
      Fields.gradients(field)
          .forEach((name, gradient) ->
              assertThat(Fields.distance(gradient, gradients.getOrDefault(name, new float[0])))
                  .as(name)
                  .isLessThan(2e-6));
    }
  }

  private static float[][] joined(float[][] a, float[][] b) {
    return Stream.concat(Arrays.stream(a), Arrays.stream(b)).toArray(float[][]::new);
  }

  /** A step without weighted or scorable tokens has loss 0 and finite gradients. */
  @Test
  void aStepWithoutWeightedTokensHasLossZero() {
    FieldSettings far = Fields.settings(Fields.post(), new FlowContext(Mode.TOKEN_PRE, 9));
    try (FlowField field = Fields.randomised(model.config(), far, 5);
        FlowMatching unweighed = new FlowMatching(field, DRAWS, new double[2], 7);
        FlowMatching half = new FlowMatching(field, DRAWS, divisors(field), 7)) {
      float[][] none =
          asked.stream().map(each -> new float[each.response().length]).toArray(float[][]::new);

      assertThat(divisors(field)[0]).isPositive();
      assertThat(divisors(field)[1]).isZero();
      assertThat(unweighed.learn(Fields.seen(model, field, asked), packed(none))).isZero();
      assertThat(half.learn(Fields.seen(model, field, asked), packed(weights)))
          .isFinite()
          .isPositive();
      Fields.gradients(field)
          .forEach((name, gradient) -> {
            for (float each : gradient) {
              assertThat(each).as(name).isFinite();
            }
          });
    }
  }

  @Test
  void aContextsDivisorIsTheWeightOfTheTokensItCanScore() {
    double[] divisors = {100, 0, 0, 0};

    FlowMatching.weigh(
        List.of(
            Fields.post(),
            new FlowContext(Mode.TOKEN_POST, 3),
            new FlowContext(Mode.TOKEN_PRE, 2),
            new FlowContext(Mode.IDENTITY, 9)),
        /* prompt= */ 2,
        new float[] {1, 2, 4, 8},
        divisors);

    assertThat(divisors).containsExactly(115, 14, 3, 15);
  }

  // ---- training -------------------------------------------------------------------------------

  /**
   * Trains on fixed latents, one per position. The best constant velocity has a loss of the
   * latents' variance plus the noise's; a trained field has a much lower loss.
   */
  @Test
  void aFieldLearnsItsTrainingLatents() {
    FieldSettings settings =
        new FieldSettings(2, List.of(0.5), List.of(Mode.TOKEN_POST), List.of(1));
    try (FlowField field = FlowField.create(model.config(), settings, 5);
        AdamW optimizer =
            new AdamW(
                new AdamW.Settings(0.9, 0.999, 1e-8, 1),
                List.of(
                    new AdamW.Group(
                        field.parameters(),
                        new LearningRate(1e-2, 0, 300, Fall.CONSTANT, 0),
                        0)))) {
      Latents latents = Fields.seen(model, field, asked);
      float[] even = new float[latents.tokens()];
      Arrays.fill(even, 1);
      double[] total = {even.length};
      double constant =
          1 + variance(latents.at(0).indexSelect(0, latents.rows().pairs().get(0).targets()));
      double before = measured(field, latents, even, total);

      for (int step = 0; step < 300; step++) {
        try (Scope one = Scope.open();
            FlowMatching loss = new FlowMatching(field, 1, total, step)) {
          loss.learn(latents, packed(even));
          optimizer.step(step);
        }
      }

      assertThat(before).isGreaterThan(constant);
      assertThat(measured(field, latents, even, total)).isLessThan(constant / 3);
    }
  }

  private static double measured(FlowField field, Latents latents, float[] even, double[] total) {
    try (FlowMatching loss = new FlowMatching(field, 50, total, 999)) {
      return loss.measure(latents, packed(even));
    }
  }

  /** Returns the variance of the rows, averaged over dimensions. */
  private static double variance(Tensor rows) {
    Tensor off = rows.minus(rows.mean(0).unsqueeze(0));
    return off.square().mean().item();
  }
}
