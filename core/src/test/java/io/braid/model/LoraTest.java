package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.model.family.Families;
import io.braid.nn.FrozenMatrix.Format;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
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
    Transformer model = Transformer.create(config, DType.FLOAT32, 3);
    model.adapt(settings, 5);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(4)) {
      for (NamedAdapter each : model.adapters()) {
        each.up().copyInPlace(Tensor.randn(random, each.up().shape()).times(0.02));
      }
    }
    model.merge();
    return model;
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
              Tensor.of(ids(), TOKENS), new PackedAttention(LENGTHS), Transformer.LatentTap.NONE);
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
              Tensor.of(ids(), TOKENS), new PackedAttention(LENGTHS), Transformer.LatentTap.NONE)
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
