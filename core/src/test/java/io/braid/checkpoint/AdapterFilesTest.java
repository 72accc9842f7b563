package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.model.ChosenTokens;
import io.braid.model.HiddenPass;
import io.braid.model.InputTokens;
import io.braid.model.LoraSettings;
import io.braid.model.NamedAdapter;
import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that PEFT saved give PEFT's logits and gradients (parity/lora.py). */
class AdapterFilesTest {
  private static final Path ADAPTERS = Path.of("src/test/resources/io/braid/checkpoint/adapters");

  private static Transformer load(String model, String adapter) {
    Transformer loaded =
        ModelDirectory.open(GoldenModels.path(model)).load(Optional.of(DType.FLOAT32));
    loaded.adapt(AdapterFiles.settings(ADAPTERS.resolve(adapter)), 1);
    AdapterFiles.restore(ADAPTERS.resolve(adapter), loaded);
    return loaded;
  }

  @ParameterizedTest
  @CsvSource({"qwen2, qwen2, 14", "llama, llama-rslora, 6"})
  void logitsAndGradientsMatchPeft(String model, String adapter, int matrices) {
    try (Transformer loaded = load(model, adapter);
        Safetensors golden =
            Safetensors.open(ADAPTERS.resolve(adapter).resolve("golden.safetensors"));
        Scope scope = Scope.open()) {
      assertThat(loaded.adapters()).hasSize(matrices);
      Tensor ids = golden.tensor("ids"); // [12]
      int n = (int) ids.numel();

      HiddenPass pass =
          loaded.pass(
              InputTokens.text(ids),
              new PackedAttention(new int[] {n}),
              Transformer.LatentTap.NONE);
      Tensor states = pass.states(); // [12, hidden]
      float[] logits;
      try (Gradients off = Gradients.off()) {
        logits = loaded.logits(states).toFloats();
      }
      near(logits, golden.tensor("logits").toFloats(), "logits");

      ChosenTokens chosen =
          loaded.chosen(states.narrow(0, 0, n - 1), ids.narrow(0, 1, n - 1), 1, false);
      Tensor atStates = chosen.backward(golden.tensor("weights")); // [11, hidden]
      Tensor none = Tensor.zeros(DType.FLOAT32, 1, states.size(1)); // of the last token
      pass.backward(Tensor.cat(List.of(atStates, none), 0));
      for (NamedAdapter adapted : loaded.adapters()) {
        for (Parameter parameter : adapted.parameters()) {
          near(
              parameter.tensor().grad().orElseThrow().toFloats(),
              golden.tensor("gradient.base_model.model." + parameter.name()).toFloats(),
              parameter.name());
        }
      }
    }
  }

  /** Compares with a tolerance of 1e-5 of the largest value, or 1e-5 if all are below 1. */
  private static void near(float[] found, float[] expected, String name) {
    float largest = 1;
    for (float each : expected) {
      largest = Math.max(largest, Math.abs(each));
    }
    assertThat(found).as(name).containsExactly(expected, within(1e-5f * largest));
  }

  @Test
  void savedAdaptersAreReadBack(@TempDir Path directory) {
    Path saved = directory.resolve("adapter");
    LoraSettings settings = AdapterFiles.settings(ADAPTERS.resolve("llama-rslora"));
    try (Transformer one = load("llama", "llama-rslora");
        Transformer other =
            ModelDirectory.open(GoldenModels.path("llama")).load(Optional.of(DType.FLOAT32))) {
      AdapterFiles.savePart(saved, one, settings, Path.of("models/llama"));

      LoraSettings read = AdapterFiles.settings(saved);
      assertThat(read.rank()).isEqualTo(3);
      assertThat(read.scale()).isEqualTo(settings.scale());
      assertThat(read.targets()).containsExactly("down_proj", "q_proj", "v_proj");
      other.adapt(read, 1);
      AdapterFiles.restore(saved, other);
      for (int p = 0; p < one.parameters().size(); p++) {
        assertThat(other.parameters().get(p).tensor().toFloats())
            .isEqualTo(one.parameters().get(p).tensor().toFloats());
      }
    }
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() {
    try (Transformer qwen =
        ModelDirectory.open(GoldenModels.path("qwen2")).load(Optional.of(DType.FLOAT32))) {
      qwen.adapt(AdapterFiles.settings(ADAPTERS.resolve("qwen2")), 1);
      assertThatThrownBy(() -> AdapterFiles.restore(ADAPTERS.resolve("llama-rslora"), qwen))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("the adapter belongs to another model");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use_dora\": true | use_dora is true, which Braid does not support",
        "\"bias\": \"all\" | bias is \"all\"; only none is supported",
        "\"peft_type\": \"IA3\" | peft_type is \"IA3\"; only LORA",
        "\"rank_pattern\": {\"q_proj\": 2} | rank_pattern is",
        "\"modules_to_save\": [\"lm_head\"] | modules_to_save is",
        "\"init_lora_weights\": \"pissa\" | init_lora_weights \"pissa\" changes the base",
        "\"a_key_of_the_future\": 3 | a_key_of_the_future is 3, which Braid does not support",
        "\"r\": \"8\" | r, lora_alpha and target_modules must be present",
        "\"r\": 0 | rank: must be"
      })
  void unsupportedSettingsAreRefusedByKey(String entry, String message, @TempDir Path directory)
      throws IOException {
    String key = entry.substring(0, entry.indexOf(':'));
    StringBuilder json = new StringBuilder("{" + entry);
    for (String other :
        new String[] {
          "\"peft_type\": \"LORA\"",
          "\"r\": 4",
          "\"lora_alpha\": 8",
          "\"target_modules\": [\"q_proj\"]",
          "\"use_qalora\": false",
          "\"alpha_pattern\": {}",
          "\"revision\": null"
        }) {
      if (!other.startsWith(key + ":")) {
        json.append(", ").append(other);
      }
    }
    Files.writeString(directory.resolve(AdapterFiles.CONFIG), json + "}");

    assertThatThrownBy(() -> AdapterFiles.settings(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }
}
