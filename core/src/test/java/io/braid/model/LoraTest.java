package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.ResidentMemory;
import io.braid.UserError;
import io.braid.model.family.Families;
import io.braid.nn.FrozenMatrix.Format;
import io.braid.nn.InputDropout;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.PromptTokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraTest {
  private static final int[] LENGTHS = {11, 7, 7, 2, 1};
  private static final int TOKENS = 28;
  private static final LoraSettings ALL = settings(Format.FLOAT32, LoraSettings.ALL_LINEAR);

  private static LoraSettings settings(Format base, String... targets) {
    return new LoraSettings(4, 6, /* rslora= */ false, List.of(targets), base);
  }

  private static Stream<ModelConfig> configs() {
    return Families.ALL.stream().map(family -> FamilyConfigs.of(family, 50, 64, 96, 2));
  }

  /** Creates a model whose adapters are not zero. */
  private static Transformer adapted(ModelConfig config, LoraSettings settings) {
    return adapted(config, settings, Long.MAX_VALUE);
  }

  private static Transformer adapted(ModelConfig config, LoraSettings settings, long keptMerged) {
    Transformer model = Transformer.create(config, DType.FLOAT32, 3);
    model.keepMergedUpTo(keptMerged);
    model.adapt(settings, 5);
    fillUp(model, 4);
    return model;
  }

  /** Changes B, as an optimizer step would. */
  private static void fillUp(Transformer model, long seed) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(seed)) {
      for (NamedAdapter each : model.adapters()) {
        each.up().copyInPlace(Tensor.randn(random, each.up().shape()).times(0.02));
      }
    }
    model.merge();
  }

  /**
   * Computes the gradients of the trained parameters for one pass and a random gradient of its
   * output.
   */
  private static Map<String, float[]> gradients(Transformer model) {
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(5)) {
      HiddenPass pass =
          model.pass(
              InputTokens.text(Tensor.of(ids(), TOKENS)),
              new PackedAttention(LENGTHS),
              Transformer.LatentTap.NONE);
      pass.backward(Tensor.randn(random, TOKENS, model.config().hiddenSize()));
      return model.trained().stream()
          .filter(each -> each.tensor().grad().isPresent())
          .collect(
              Collectors.toMap(
                  Parameter::name, each -> each.tensor().grad().orElseThrow().toFloats()));
    }
  }

  private static float[] hidden(Transformer model) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      return model
          .hidden(
              InputTokens.text(Tensor.of(ids(), TOKENS)),
              new PackedAttention(LENGTHS),
              Transformer.LatentTap.NONE)
          .toFloats();
    }
  }

  private static long[] ids() {
    long[] ids = new long[TOKENS];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (7L * i + (long) i * i) % 50;
    }
    return ids;
  }

  /** With W = W₀ + s·B·A and G = ∂/∂W: ∂/∂B = s·G·Aᵀ and ∂/∂A = s·Bᵀ·G. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsMatchThoseOfTheMergedWeights(boolean plainly) {
    configs()
        .forEach(config -> {
          try (Transformer model = adapted(config, ALL);
              Transformer merged = Transformer.create(config, DType.FLOAT32, 1)) {
            merged.copyFrom(model);
            if (plainly) {
              model.computePlainly();
              merged.computePlainly();
            }
            assertThat(hidden(model)).isEqualTo(hidden(merged));

            Map<String, float[]> found = gradients(model);
            gradients(merged);

            Map<String, float[]> expected = new HashMap<>();
            try (Scope scope = Scope.open();
                Gradients off = Gradients.off()) {
              Map<String, Tensor> ofWeights = new HashMap<>();
              for (NamedView view : merged.views()) {
                view.parameter()
                    .get()
                    .grad()
                    .ifPresent(gradient -> ofWeights.put(view.name(), view.of(gradient)));
              }
              for (NamedAdapter each : model.adapters()) {
                Tensor full = Objects.requireNonNull(ofWeights.get(each.matrix() + ".weight"));
                expected.put(
                    each.matrix() + ".lora_B.weight",
                    full.matmul(each.down().transpose(0, 1)).times(ALL.scale()).toFloats());
                expected.put(
                    each.matrix() + ".lora_A.weight",
                    each.up().transpose(0, 1).matmul(full).times(ALL.scale()).toFloats());
              }
            }
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            expected.forEach(
                (name, gradient) -> near(Objects.requireNonNull(found.get(name)), gradient, name));
          }
        });
  }

  /** The loops and libtorch's operators under autograd drop the same inputs. */
  @Test
  void bothPathsHaveTheSameGradientsWithDropout() {
    LoraSettings dropping =
        new LoraSettings(4, 6, false, List.of(LoraSettings.ALL_LINEAR), Format.FLOAT32, 0.3);
    configs()
        .forEach(config -> {
          try (Transformer byHand = adapted(config, dropping);
              Transformer plain = adapted(config, dropping)) {
            plain.computePlainly();
            float[] without = hidden(byHand);
            for (Transformer each : List.of(byHand, plain)) {
              each.keep(HiddenPass.Keep.layerInputs(each == byHand)); // computes layers again
            }
            Map<String, float[]> off = gradients(byHand);
            byHand.trained().forEach(each -> each.tensor().clearGrad());
            Map<String, float[]> found;
            Map<String, float[]> expected;
            try (InputDropout.On one = byHand.dropping(7);
                InputDropout.On other = plain.dropping(7)) {
              near(hidden(byHand), hidden(plain), "hidden states");
              assertThat(hidden(byHand)).isNotEqualTo(without);
              found = gradients(byHand);
              expected = gradients(plain);
            }
            expected.forEach(
                (name, gradient) -> near(Objects.requireNonNull(found.get(name)), gradient, name));
            assertThat(found.values()).isNotEqualTo(off.values());
            assertThat(hidden(byHand)).as("it is off again").isEqualTo(without);
          }
        });
  }

  private static void near(float[] found, float[] expected, String name) {
    double largest = 0;
    double off = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      off = Math.max(off, Math.abs(expected[i] - found[i]));
    }
    assertThat(off / largest).as(name).isLessThan(2e-5);
    assertThat(largest).as(name).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void withoutItsAdaptersTheModelIsItsBase(Format format) {
    ModelConfig config = configs().findFirst().orElseThrow();
    LoraSettings settings = settings(format, LoraSettings.ALL_LINEAR);
    try (Transformer plain = Transformer.create(config, DType.FLOAT32, 3);
        Transformer fresh = Transformer.create(config, DType.FLOAT32, 3);
        Transformer model = adapted(config, settings)) {
      fresh.adapt(settings, 9); // B is zero
      float[] base = hidden(fresh);
      float[] before = hidden(model);
      assertThat(before).isNotEqualTo(base);

      try (Transformer.WithoutAdapters off = model.withoutAdapters()) {
        assertThat(hidden(model)).isEqualTo(base);
      }
      assertThat(hidden(model)).isEqualTo(before);

      float[] exact = hidden(plain);
      if (format == Format.FLOAT32) {
        assertThat(base).isEqualTo(exact);
      } else {
        assertThat(base).isNotEqualTo(exact).containsExactly(exact, within(0.3f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void mergingOneLayerAtATimeGivesTheSameBits(Format format) {
    LoraSettings settings = settings(format, "q_proj", "up_proj", "down_proj");
    configs()
        .forEach(config -> {
          try (Transformer kept = adapted(config, settings);
              Transformer byLayers = adapted(config, settings, /* keptMerged= */ 0)) {
            kept.attendExactly(); // the path of many rows for two
            byLayers.attendExactly();
            assertThat(byLayers.parameters()).hasSizeLessThan(kept.parameters().size());
            assertThat(byLayers.parameterCount()).isEqualTo(kept.parameterCount());
            for (long seed : new long[] {4, 8}) {
              fillUp(kept, seed);
              fillUp(byLayers, seed);
              sameBits(byLayers, kept);
              try (Transformer.WithoutAdapters one = kept.withoutAdapters();
                  Transformer.WithoutAdapters other = byLayers.withoutAdapters()) {
                sameBits(byLayers, kept);
              }
              sameBits(byLayers, kept);
            }
            kept.computePlainly();
            byLayers.computePlainly();
            assertThat(hidden(byLayers)).isEqualTo(hidden(kept));
            sameGradients(byLayers, kept);
          }
        });
  }

  private static void sameBits(Transformer found, Transformer expected) {
    assertThat(hidden(found)).isEqualTo(hidden(expected));
    sameGradients(found, expected);
    assertThat(drawn(found)).isDeepEqualTo(drawn(expected));
    try (Scope scope = Scope.open();
        Transformer copy = found.frozenCopy()) {
      assertThat(hidden(copy)).isEqualTo(hidden(expected));
      assertThat(found.views()).hasSameSizeAs(expected.views());
      for (int v = 0; v < expected.views().size(); v++) {
        NamedView view = found.views().get(v);
        assertThat(view.name()).isEqualTo(expected.views().get(v).name());
        assertThat(view.tensor().toFloats()).isEqualTo(expected.views().get(v).tensor().toFloats());
      }
    }
  }

  private static void sameGradients(Transformer found, Transformer expected) {
    Map<String, float[]> gradients = gradients(expected);
    Map<String, float[]> own = gradients(found);
    assertThat(own.keySet()).isEqualTo(gradients.keySet()).isNotEmpty();
    own.forEach((name, each) -> assertThat(each).as(name).isEqualTo(gradients.get(name)));
    Stream.of(found, expected)
        .flatMap(model -> model.trained().stream())
        .forEach(each -> each.tensor().clearGrad());
  }

  /** Computes the logits of two tokens after two prompts. */
  private static float[][] drawn(Transformer model) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        KvCache cache = model.cache(8)) {
      Decoder decoder = new Decoder(model);
      Decoder.Prefill prompts =
          decoder.prefill(PromptTokens.texts(List.of(new long[] {1, 2, 3}, new long[] {4})), cache);
      return Stream.of(new long[] {5, 6}, new long[] {7, 8})
          .map(ids -> decoder.decode(ids, cache, prompts.sequences()).toFloats())
          .toArray(float[][]::new);
    }
  }

  /** 60 MB in FLOAT32 become 15 MB in int8 and 6 MB of one layer's matrices. */
  @Test
  void mergingOneLayerAtATimeFreesTheWeights() {
    ModelConfig config = FamilyConfigs.of(Families.ALL.getFirst(), 50, 512, 1024, 10);
    long unused = freedByAdapting(config); // loads what the first time needs
    assertThat(freedByAdapting(config)).as("the first time %s", unused).isGreaterThan(30 << 20);
  }

  private static long freedByAdapting(ModelConfig config) {
    try (Transformer model = Transformer.create(config, DType.FLOAT32, 3)) {
      model.keepMergedUpTo(0);
      ResidentMemory.trim();
      long before = ResidentMemory.bytes();
      model.adapt(settings(Format.INT8, LoraSettings.ALL_LINEAR), 5);
      return before - ResidentMemory.bytes();
    }
  }

  @Test
  void onlyTheTargetsAreTrained() {
    ModelConfig config = configs().findFirst().orElseThrow();
    try (Transformer model = adapted(config, settings(Format.FLOAT32, "q_proj", "down_proj"))) {
      assertThat(model.adapters().stream().map(NamedAdapter::matrix))
          .containsExactly(
              "model.layers.0.self_attn.q_proj",
              "model.layers.0.mlp.down_proj",
              "model.layers.1.self_attn.q_proj",
              "model.layers.1.mlp.down_proj");
      assertThat(gradients(model)).hasSize(8);
      assertThat(model.parameters().stream().filter(each -> each.tensor().grad().isPresent()))
          .isEmpty();
    }
  }

  @Test
  void invalidAdapterSettingsAreRefused() {
    ModelConfig config = configs().findFirst().orElseThrow();
    try (Transformer model = Transformer.create(config, DType.FLOAT32, 3);
        Transformer half = Transformer.create(config, DType.BFLOAT16, 3)) {
      assertThatThrownBy(() -> model.adapt(settings(Format.FLOAT32, "query"), 1))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("adapter.targets: the model has no matrix 'query'");
      assertThat(model.trained()).isEqualTo(model.parameters());
      assertThatThrownBy(() -> half.adapt(ALL, 1))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("adapter: adapters are merged in float32");
    }
    assertThatThrownBy(() -> new LoraSettings(0, 1, false, List.of("q_proj"), Format.FLOAT32))
        .hasMessageStartingWith("rank:");
    assertThatThrownBy(() -> new LoraSettings(1, 0, false, List.of("q_proj"), Format.FLOAT32))
        .hasMessageStartingWith("alpha:");
    assertThatThrownBy(() -> new LoraSettings(1, 1, false, List.of(), Format.FLOAT32))
        .hasMessageStartingWith("targets:");
  }

  @Test
  void rankStabilisedScalingDividesByTheRoot() {
    assertThat(new LoraSettings(16, 32, false, List.of("q"), Format.FLOAT32).scale()).isEqualTo(2);
    assertThat(new LoraSettings(16, 32, true, List.of("q"), Format.FLOAT32).scale()).isEqualTo(8);
  }
}
