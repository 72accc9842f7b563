package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.flow.Fields.Asked;
import io.braid.flow.FlowContext.Mode;
import io.braid.model.InputTokens;
import io.braid.model.PackedAttention;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VelocityDeviationTest {
  private static final double CLOSE = 1e-6; // of the largest number
  private static final VelocityDeviation SEVERAL =
      new VelocityDeviation(List.of(0.5, 0.8), /* debias= */ true, /* noiseSamples= */ 2);

  private final Transformer model = TinyModels.create(4, DType.FLOAT32, 1);
  private final List<Asked> asked = Fields.asked(7, TinyModels.VOCABULARY, 3);
  private final int longest =
      asked.stream().mapToInt(each -> each.response().length).max().orElseThrow();
  private final Scope scope = Scope.open();

  @BeforeEach
  void attendExactly() {
    model.attendExactly();
  }

  @AfterEach
  void close() {
    scope.close();
    model.close();
  }

  static Stream<Named<FieldSettings>> settings() {
    return Stream.of(
        Named.of("published", Fields.settings(Fields.post())),
        Named.of("identity", Fields.settings(new FlowContext(Mode.IDENTITY, 1))),
        Named.of(
            "three contexts",
            Fields.settings(
                new FlowContext(Mode.TOKEN_POST, 2),
                new FlowContext(Mode.TOKEN_PRE, 1),
                Fields.post())));
  }

  // ---- batching -------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("settings")
  void scoresDoNotDependOnBatching(FieldSettings settings) {
    try (FlowField field = Fields.randomised(model.config(), settings, 5)) {
      Tensor noise = SEVERAL.noise(field, longest, 11);
      float[] together = scores(field, SEVERAL, asked, noise);

      for (int size = 1; size < asked.size(); size++) {
        float[] inParts = new float[0];
        for (int from = 0; from < asked.size(); from += size) {
          inParts =
              joined(
                  inParts,
                  scores(
                      field,
                      SEVERAL,
                      asked.subList(from, Math.min(asked.size(), from + size)),
                      noise));
        }
        assertThat(Fields.distance(inParts, together)).isLessThan(CLOSE);
      }
    }
  }

  /** Recomputes scores one by one: each sequence padded alone, each token, sample and time. */
  @ParameterizedTest
  @MethodSource("settings")
  void scoresMatchTheFormula(FieldSettings settings) {
    try (FlowField field = Fields.randomised(model.config(), settings, 5)) {
      Tensor noise = SEVERAL.noise(field, longest, 11);
      float[] expected = new float[0];
      for (Asked each : asked) {
        expected = joined(expected, naive(field, each, noise));
      }

      float[] scores = scores(field, SEVERAL, asked, noise);

      assertThat(Fields.distance(scores, expected)).isLessThan(CLOSE);
      assertThat(expected).hasSameSizeAs(scores);
    }
  }

  private float[] naive(FlowField field, Asked one, Tensor noise) {
    Tensor[] states = padded(one); // [padded, width] after each layer
    List<FlowContext> contexts = field.settings().contexts();
    float[] scores = new float[one.response().length];
    for (int t = 0; t < scores.length; t++) {
      int at = one.prompt().length + t;
      double sum = 0;
      int judged = 0;
      for (FlowContext context : contexts) {
        int condition =
            switch (context.mode()) {
              case TOKEN_POST -> at - context.shift();
              case TOKEN_PRE -> at + context.shift();
              case IDENTITY -> at;
            };
        if (condition < 0 || condition >= one.ids().length) {
          continue;
        }
        judged++;
        for (int layer : field.layers()) {
          for (int draw = 0; draw < 2; draw++) {
            for (double time : new double[] {0.5, 0.8}) {
              double deviation =
                  FlowMatching.squaredError(
                          field,
                          states[layer].narrow(0, at, 1),
                          noise.select(0, draw).narrow(0, t, 1),
                          Tensor.full(DType.FLOAT32, time, 1),
                          states[layer].narrow(0, condition, 1),
                          layer / 4.0)
                      .item();
              sum += time / (1 - time) * deviation;
            }
          }
        }
      }
      scores[t] = judged == 0 ? 0 : (float) (sum / judged / field.layers().size() / 2 / 2);
    }
    return scores;
  }

  private Tensor[] padded(Asked one) {
    Tensor[] states = new Tensor[4];
    long[] ids = Arrays.copyOf(one.ids(), 16); // token 0 is an ordinary token
    try (Gradients off = Gradients.off()) {
      model.hidden(
          InputTokens.text(Tensor.of(ids, 16)),
          new PackedAttention(new int[] {16}),
          (layer, hidden) -> {
            if (layer > 0) {
              states[layer - 1] = hidden.detach();
            }
          });
    }
    return states;
  }

  @Test
  void equalResponsesHaveEqualScores() {
    try (FlowField field = Fields.randomised(model.config(), Fields.settings(Fields.post()), 5)) {
      Asked one = new Asked(new long[] {3, 4}, new long[] {5, 6, 7, 5, 9});
      List<Asked> mixed = List.of(asked.get(0), one, asked.get(1), asked.get(2), one);
      Tensor noise = SEVERAL.noise(field, Math.max(longest, 5), 11);

      float[] scores = scores(field, SEVERAL, mixed, noise);

      int begin = asked.get(0).response().length;
      assertThat(
              Fields.distance(
                  Arrays.copyOfRange(scores, begin, begin + 5),
                  Arrays.copyOfRange(scores, scores.length - 5, scores.length)))
          .isLessThan(CLOSE);
    }
  }

  // ---- averages -------------------------------------------------------------------------------

  @Test
  void averagesTwoNoiseSamples() {
    VelocityDeviation single = new VelocityDeviation(List.of(0.5, 0.8), /* debias= */ true, 1);
    try (FlowField field = Fields.randomised(model.config(), Fields.settings(Fields.post()), 5)) {
      Tensor noise = SEVERAL.noise(field, longest, 11);
      assertThat(noise.shape()).containsExactly(2, longest, 16);
      float[] first = scores(field, single, asked, noise.narrow(0, 0, 1));
      float[] second = scores(field, single, asked, noise.narrow(0, 1, 1));
      assertThat(Fields.distance(first, second)).isGreaterThan(1e-2);
      for (int i = 0; i < first.length; i++) {
        first[i] = (first[i] + second[i]) / 2;
      }

      assertThat(Fields.distance(scores(field, SEVERAL, asked, noise), first)).isLessThan(CLOSE);
    }
  }

  @Test
  void averagesWeightedTimesAndLayers() {
    List<List<Tensor>> deviations =
        List.of(List.of(numbers(1, 0), numbers(10, 3)), List.of(numbers(3, 2), numbers(20, 0)));

    assertThat(SEVERAL.scores(deviations).toFloats())
        .containsExactly(new float[] {(1 + 3 + 4 * 30) / 4f, (2 + 4 * 3) / 4f}, within(1e-5f));
    assertThat(
            new VelocityDeviation(List.of(0.5, 0.8), /* debias= */ false, 1)
                .scores(deviations)
                .toFloats())
        .containsExactly(new float[] {34 / 4f, 5 / 4f}, within(1e-5f));
  }

  /** Time 0.5 has weight 1, and time 0.8 has weight 4. */
  @Test
  void theReleasedVariantWeightsAllTimesByTheLast() {
    List<List<Tensor>> deviations =
        List.of(List.of(numbers(1, 0), numbers(10, 3)), List.of(numbers(3, 2), numbers(20, 0)));

    assertThat(released(true, 0.5, 0.8).scores(deviations).toFloats())
        .containsExactly(new float[] {4 * 34 / 4f, 4 * 5 / 4f}, within(1e-5f));
    assertThat(released(true, 0.8, 0.5).scores(deviations).toFloats())
        .containsExactly(new float[] {34 / 4f, 5 / 4f}, within(1e-5f));
    assertThat(released(false, 0.5, 0.8).scores(deviations).toFloats())
        .containsExactly(new float[] {34 / 4f, 5 / 4f}, within(1e-5f));
    List<List<Tensor>> one = List.of(List.of(numbers(1, 2)));
    assertThat(released(true, 0.8).scores(one).toFloats())
        .as("a single time makes no difference")
        .containsExactly(VelocityDeviation.PUBLISHED.scores(one).toFloats());
  }

  private static VelocityDeviation released(boolean debias, Double... times) {
    return new VelocityDeviation(List.of(times), debias, 1, VelocityDeviation.Variant.RELEASED);
  }

  private static Tensor numbers(float... numbers) {
    return Tensor.of(numbers, numbers.length);
  }

  @Test
  void averagesTheModesThatCanScoreAToken() {
    FlowContext behind = Fields.post();
    FlowContext before = new FlowContext(Mode.TOKEN_PRE, 1);
    try (FlowField both = Fields.randomised(model.config(), Fields.settings(behind, before), 5);
        FlowField one = Fields.randomised(model.config(), Fields.settings(behind), 5);
        FlowField other = Fields.randomised(model.config(), Fields.settings(before), 5)) {
      Tensor noise = SEVERAL.noise(both, longest, 11);
      float[] expected = scores(one, SEVERAL, asked, noise);
      float[] ofOther = scores(other, SEVERAL, asked, noise);
      for (int i = 0; i < expected.length; i++) {
        boolean last = ofOther[i] == 0; // the last token has no successor
        expected[i] = last ? expected[i] : (expected[i] + ofOther[i]) / 2;
      }
      assertThat(IntStream.range(0, ofOther.length).filter(i -> ofOther[i] == 0)).hasSize(7);

      assertThat(Fields.distance(scores(both, SEVERAL, asked, noise), expected)).isLessThan(CLOSE);
    }
  }

  @Test
  void anUntrainedFieldsDeviationIsTheMeanSquareOfLatentMinusNoise() {
    try (FlowField fresh =
        FlowField.create(model.config(), Fields.settings(new FlowContext(Mode.IDENTITY, 1)), 5)) {
      Asked one = asked.getFirst();
      VelocityDeviation measure = new VelocityDeviation(List.of(0.3), true, 1);
      Tensor noise = measure.noise(fresh, longest, 11);
      Latents latents = Fields.seen(model, fresh, List.of(one));
      double[] expected = new double[one.response().length];
      float[] epsilon = noise.toFloats();
      for (int t = 0; t < expected.length; t++) {
        float[] h = latents.at(1).select(0, t).toFloats();
        for (int d = 0; d < 16; d++) {
          expected[t] += Math.pow(h[d] - epsilon[16 * t + d], 2) / 16;
        }
      }

      float[] deviation = measure.deviations(fresh, latents, noise).get(1).get(0).toFloats();

      for (int t = 0; t < expected.length; t++) {
        assertThat((double) deviation[t]).isCloseTo(expected[t], within(1e-5 * expected[t]));
      }
    }
  }

  @Test
  void aTokenThatNoContextCanScoreHasNoScore() {
    try (FlowField field =
        Fields.randomised(model.config(), Fields.settings(new FlowContext(Mode.TOKEN_PRE, 9)), 5)) {
      float[] scores = scores(field, SEVERAL, asked, SEVERAL.noise(field, longest, 11));

      assertThat(scores).containsOnly(0);
    }
  }

  // ---- seeds and settings ---------------------------------------------------------------------

  @Test
  void theSeedDeterminesTheScores() {
    try (FlowField field = Fields.randomised(model.config(), Fields.settings(Fields.post()), 5)) {
      float[] scores = scores(field, SEVERAL, asked, SEVERAL.noise(field, longest, 11));

      assertThat(scores(field, SEVERAL, asked, SEVERAL.noise(field, longest, 11)))
          .isEqualTo(scores);
      assertThat(
              Fields.distance(
                  scores(field, SEVERAL, asked, SEVERAL.noise(field, longest, 12)), scores))
          .isGreaterThan(1e-2);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, 1.5, Double.NaN})
  void refusesTimesZeroAndOne(double time) {
    assertThatThrownBy(() -> new VelocityDeviation(List.of(0.5, time), true, 1))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("rewarding_timesteps: ");
  }

  @Test
  void refusesNoTimesAndNoNoise() {
    assertThatThrownBy(() -> new VelocityDeviation(List.of(), true, 1))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("rewarding_timesteps: ");
    assertThatThrownBy(() -> new VelocityDeviation(List.of(0.8), true, 0))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("noise_samples: ");
    assertThat(VelocityDeviation.PUBLISHED).isEqualTo(new VelocityDeviation(List.of(0.8), true, 1));
  }

  private float[] scores(FlowField field, VelocityDeviation measure, List<Asked> of, Tensor noise) {
    Latents latents = Fields.seen(model, field, of);
    return measure.scores(measure.deviations(field, latents, noise)).toFloats();
  }

  private static float[] joined(float[] a, float[] b) {
    List<Float> all = new ArrayList<>();
    for (float[] each : new float[][] {a, b}) {
      for (float number : each) {
        all.add(number);
      }
    }
    float[] joined = new float[all.size()];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = all.get(i);
    }
    return joined;
  }
}
