package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.model.family.Families;
import io.braid.model.family.Qwen2;
import io.braid.model.family.Qwen3;
import io.braid.nn.Parameter;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers whose way back is written by hand have the numbers that autograd finds. */
class FusedLayersTest {
  private static final int[] LENGTHS = {30, 17, 17, 9, 2, 1};
  private static final int TOKENS = 76;

  @BeforeAll
  static void withTheVectorApi() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void statesAndGradientsMatchAutograd(boolean exactly) {
    for (ModelConfig config : configs()) {
      try (Transformer byHand = model(config, DType.FLOAT32);
          Transformer plain = model(config, DType.FLOAT32)) {
        assertThat(byHand.isFused()).isTrue(); // else this would compare a thing with itself
        plain.computePlainly();
        if (exactly) {
          byHand.attendExactly();
          plain.attendExactly();
        }
        List<float[]> seen = new ArrayList<>();
        List<float[]> seenPlainly = new ArrayList<>();
        Map<String, float[]> gradients = walk(byHand, seen);
        Map<String, float[]> expected = walk(plain, seenPlainly);

        assertThat(seen).hasSameSizeAs(seenPlainly).hasSize(5); // embedding, three layers, states
        for (int l = 0; l < seen.size(); l++) {
          near(seen.get(l), seenPlainly.get(l), 3e-6, config.family() + " layer " + l);
        }
        assertThat(gradients).hasSameSizeAs(expected);
        expected.forEach((name, gradient) ->
            near(of(gradients, name), gradient, 2e-5, config.family() + " " + name));
      }
    }
  }

  /** Half-width weights and FLOAT32 between them: the same numbers as FLOAT32 copies of them. */
  @Test
  void sixteenBitWeightsAreUsedUnconverted() {
    assumeTrue(Backend.current().widensBfloat16(), "the machine multiplies bfloat16 by itself");
    for (ModelConfig config : List.of(config(true), withHeadNorms())) {
      sixteenBitWeightsAreUsedUnconverted(config);
    }
  }

  private static void sixteenBitWeightsAreUsedUnconverted(ModelConfig config) {
    try (Transformer half = model(config, DType.BFLOAT16);
        Transformer single = model(config, DType.FLOAT32)) {
      assertThat(half.isFused()).isTrue();
      single.copyFrom(half);
      List<float[]> seen = new ArrayList<>();
      List<float[]> expectedSeen = new ArrayList<>();
      Map<String, float[]> gradients = walk(half, seen);
      Map<String, float[]> expected = walk(single, expectedSeen);

      for (int l = 0; l < seen.size(); l++) {
        near(seen.get(l), expectedSeen.get(l), 3e-6, "layer " + l);
      }
      expected.forEach((name, gradient) -> near(of(gradients, name), gradient, 4e-3, name));
    }
  }

  @Test
  void recomputedLayersGiveTheSameBits() {
    try (Transformer everything = model(config(true), DType.FLOAT32);
        Transformer inputs = model(config(true), DType.FLOAT32)) {
      inputs.keep(HiddenPass.Keep.LAYER_INPUTS);
      Map<String, float[]> held = walk(everything, new ArrayList<>());
      Map<String, float[]> again = walk(inputs, new ArrayList<>());
      held.forEach((name, gradient) -> assertThat(of(again, name)).as(name).isEqualTo(gradient));
    }
  }

  @Test
  void gradientsOfTwoPassesAreSummed() {
    try (Transformer model = model(config(true), DType.FLOAT32)) {
      Map<String, float[]> once = walk(model, new ArrayList<>());
      Map<String, float[]> twice = walk(model, new ArrayList<>());
      once.forEach((name, gradient) -> {
        float[] doubled = gradient.clone();
        for (int i = 0; i < doubled.length; i++) {
          doubled[i] *= 2;
        }
        near(of(twice, name), doubled, 1e-5, name);
      });
    }
  }

  @Test
  void decodingMatchesTheForwardPassBitForBit() {
    for (ModelConfig config : configs()) {
      decodingMatchesTheForwardPassBitForBit(config);
    }
  }

  private static void decodingMatchesTheForwardPassBitForBit(ModelConfig config) {
    try (Transformer model = model(config, DType.FLOAT32);
        Scope scope = Scope.open();
        Gradients off = Gradients.off();
        KvCache cache = model.cache(8)) {
      model.attendExactly();
      long[] ids = ids(20);
      Tensor whole =
          model.hidden(
              InputTokens.text(Tensor.of(ids, 20)),
              new PackedAttention(new int[] {20}),
              Transformer.LatentTap.NONE);
      Tensor logits = model.logits(whole); // [20, vocab]
      Decoder decoder = new Decoder(model);
      Decoder.Prefill prefill =
          decoder.prefill(PromptTokens.texts(List.of(Arrays.copyOf(ids, 12))), cache);
      assertThat(prefill.lastHidden().select(0, 0).toFloats())
          .isEqualTo(whole.select(0, 11).toFloats());
      for (int t = 12; t < 20; t++) {
        Tensor one = decoder.decode(new long[] {ids[t]}, cache, prefill.sequences());
        assertThat(one.select(0, 0).toFloats())
            .as("%s, token %d", model.config().family(), t)
            .isEqualTo(logits.select(0, t).toFloats());
      }
    }
  }

  /** Gradients of a weighted sum of the states, by parameter. */
  private static Map<String, float[]> walk(Transformer model, List<float[]> seen) {
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(5)) {
      HiddenPass pass =
          model.pass(
              InputTokens.text(Tensor.of(ids(TOKENS), TOKENS)),
              new PackedAttention(LENGTHS),
              (layer, hidden) -> seen.add(hidden.toFloats()));
      seen.add(pass.states().toFloats());
      pass.backward(Tensor.randn(random, TOKENS, model.config().hiddenSize()));
      Map<String, float[]> gradients = new HashMap<>();
      for (Parameter parameter : model.parameters()) {
        parameter.tensor().grad().ifPresent(g -> gradients.put(parameter.name(), g.toFloats()));
      }
      return gradients;
    }
  }

  private static long[] ids(int count) {
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (7L * i + i * i) % 50;
    }
    return ids;
  }

  private static Transformer model(ModelConfig config, DType dtype) {
    Transformer model = Transformer.create(config, dtype, 3);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(4)) {
      for (Parameter parameter : model.parameters()) {
        if (parameter.name().contains("norm")) { // fresh ones are 1, which hides a forgotten one
          Tensor weight = parameter.tensor();
          weight.copyInPlace(Tensor.rand(random, weight.shape()).plus(0.5));
        }
      }
    }
    return model;
  }

  /** Of each family, and with biases everywhere. */
  private static List<ModelConfig> configs() {
    return Stream.concat(
            Stream.of(config(true), config(false)),
            Families.ALL.stream().map(family -> FamilyConfigs.of(family, 50, 64, 96, 3)))
        .toList();
  }

  private static ModelConfig config(boolean bias) {
    return config(new Qwen2(), 24, bias);
  }

  private static ModelConfig withHeadNorms() {
    return config(new Qwen3(), 32, false);
  }

  private static ModelConfig config(Family family, int d, boolean bias) {
    return new ModelConfig(
        family,
        50,
        64,
        96,
        3,
        4,
        2,
        d,
        1e-6,
        new ModelConfig.Rope(1e4, Optional.empty()),
        false,
        bias,
        bias,
        bias,
        64,
        0.1);
  }

  private static float[] of(Map<String, float[]> gradients, String name) {
    return Objects.requireNonNull(gradients.get(name), name);
  }

  /** Within a share of the largest number. */
  private static void near(float[] actual, float[] expected, double share, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 0;
    double apart = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      apart = Math.max(apart, Math.abs(actual[i] - expected[i]));
    }
    assertThat(apart).as(what).isLessThanOrEqualTo(share * largest);
  }
}
