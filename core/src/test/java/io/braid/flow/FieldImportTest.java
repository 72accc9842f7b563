package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.checkpoint.Safetensors;
import io.braid.checkpoint.SafetensorsWriter;
import io.braid.model.ModelConfig;
import io.braid.model.family.Qwen2;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the import of one field that parity/flow.py saved in several formats. */
class FieldImportTest {
  private static final Path FILES = Path.of("src/test/resources/io/braid/flow");
  private static final Path PLAIN = FILES.resolve("network.safetensors");
  private static final ModelConfig MODEL = model(12);

  @TempDir private Path directory;

  private static ModelConfig model(int width) {
    return new ModelConfig(
        new Qwen2(),
        24,
        width,
        24,
        8, // layers
        2,
        1,
        6,
        1e-6,
        new ModelConfig.Rope(10_000, Optional.empty()),
        false,
        true,
        false,
        false,
        48,
        0.02);
  }

  @ParameterizedTest
  @CsvSource({
    "network.safetensors, FLOAT32",
    "flow_model.plain.bin, FLOAT32",
    "flow_model.bin, BFLOAT16",
    "pytorch_model.bin, FLOAT16",
  })
  void importsEveryTensorAsSavedIncludingFrequencies(String name, DType saved) {
    try (Scope scope = Scope.open();
        Safetensors golden = Safetensors.open(PLAIN);
        FlowField field = FieldImport.read(FILES.resolve(name), MODEL, Optional.empty())) {
      assertThat(field.settings()).isEqualTo(FieldSettings.of(2));
      assertThat(field.network().state().keySet())
          .containsExactlyInAnyOrderElementsOf(golden.names());
      field
          .network()
          .state()
          .forEach((key, tensor) ->
              assertThat(tensor.toFloats())
                  .as(key)
                  .containsExactly(golden.tensor(key).to(saved).to(DType.FLOAT32).toFloats()));
    }
  }

  @Test
  void readsTheSettingsFromTheConfig() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("config.json"),
            """
            {"num_layers_flow": 2, "hook_layers_percentile": "0.5+1.0",
             "flow_context_mode": "token_pre", "flow_shift": "2"}
            """);
    try (FlowField field = FieldImport.read(PLAIN, MODEL, Optional.of(config))) {
      assertThat(field.layers()).containsExactly(4, 7);
      assertThat(field.settings().contexts())
          .containsExactly(new FlowContext(FlowContext.Mode.TOKEN_PRE, 2));
    }
  }

  @Test
  void refusesAConfigWithFewerBlocks() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("config.json"),
            """
            {"num_layers_flow": 1, "hook_layers_percentile": "0.5",
             "flow_context_mode": "token_post", "flow_shift": "1"}
            """);
    refused(
        PLAIN,
        MODEL,
        Optional.of(config),
        "has 2 residual blocks but the config's num_layers_flow is 1");
  }

  @Test
  void refusesAModelOfAnotherWidth() {
    refused(PLAIN, model(10), Optional.empty(), "input_proj.weight has shape [12, 12]", "[10, 10]");
  }

  @Test
  void refusesAFileWithoutAField() {
    refused(
        FILES.resolve("small.bin"), MODEL, Optional.empty(), "contains no flow field", "1 tensors");
  }

  @Test
  void namesMissingTensors() {
    Path file = saved("missing.safetensors", name -> "flow.model." + name, "layer_embed.freqs");
    refused(
        file,
        MODEL,
        Optional.empty(),
        "'flow.model.…' is incomplete: 1 of 33 tensors are missing (layer_embed.freqs)");
  }

  @Test
  void refusesAnImpossibleNumberOfBlocksBeforeAllocating() {
    Path file =
        saved("deep.safetensors", name -> name.replace("res_blocks.1", "res_blocks.99999999"), "");
    refused(file, MODEL, Optional.empty(), "deep.safetensors", "between 1 and 64");
  }

  @Test
  void refusesTwoFieldsInOneFile() {
    try (Scope scope = Scope.open();
        Safetensors golden = Safetensors.open(PLAIN)) {
      Map<String, Tensor> twice = new LinkedHashMap<>();
      for (String name : golden.names()) {
        twice.put(name, golden.tensor(name));
        twice.put("model." + name, golden.tensor(name));
      }
      SafetensorsWriter.write(directory.resolve("twice.safetensors"), twice, Map.of());
    }
    refused(
        directory.resolve("twice.safetensors"),
        MODEL,
        Optional.empty(),
        "contains 2 fields, 'model.…' and '…'");
  }

  @Test
  void readsShardsThroughTheirIndex() throws IOException {
    StringBuilder map = new StringBuilder();
    try (Scope scope = Scope.open();
        Safetensors golden = Safetensors.open(PLAIN)) {
      Map<String, Tensor> first = new LinkedHashMap<>();
      Map<String, Tensor> second = new LinkedHashMap<>();
      for (String name : golden.names()) {
        boolean block = name.startsWith("res_blocks");
        (block ? second : first).put("flow.model." + name, golden.tensor(name));
        map.append("\"flow.model.%s\": \"%s.safetensors\",".formatted(name, block ? "b" : "a"));
      }
      SafetensorsWriter.write(directory.resolve("a.safetensors"), first, Map.of());
      SafetensorsWriter.write(directory.resolve("b.safetensors"), second, Map.of());
    }
    map.append("\"policy.weight\": \"not-there.safetensors\""); // never read
    Files.writeString(
        directory.resolve("pytorch_model.bin.index.json"), "{\"weight_map\": {" + map + "}}");

    try (Scope scope = Scope.open();
        Safetensors golden = Safetensors.open(PLAIN);
        FlowField field = FieldImport.read(directory, MODEL, Optional.empty())) {
      assertThat(
              Objects.requireNonNull(field.network().state().get("res_blocks.1.mlp.2.weight"))
                  .toFloats())
          .containsExactly(golden.tensor("res_blocks.1.mlp.2.weight").toFloats());
    }
  }

  @Test
  void refusesAnIndexThatLeavesItsDirectory() throws IOException {
    Path index =
        Files.writeString(
            directory.resolve("model.safetensors.index.json"),
            "{\"weight_map\": {\"input_proj.weight\": \"../secret.safetensors\"}}");
    refused(index, MODEL, Optional.empty(), "'../secret.safetensors'", "not the name of a file");
  }

  @Test
  void refusesAnEmptyDirectoryAndAMissingFile() {
    refused(directory, MODEL, Optional.empty(), "contains none of flow_model.bin");
    refused(directory.resolve("nowhere.bin"), MODEL, Optional.empty(), "no such file");
  }

  private Path saved(String file, UnaryOperator<String> rename, String without) {
    try (Scope scope = Scope.open();
        Safetensors golden = Safetensors.open(PLAIN)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      golden.names().stream()
          .filter(name -> !name.equals(without))
          .forEach(name -> tensors.put(rename.apply(name), golden.tensor(name)));
      SafetensorsWriter.write(directory.resolve(file), tensors, Map.of());
      return directory.resolve(file);
    }
  }

  private static void refused(
      Path file, ModelConfig model, Optional<Path> config, String... words) {
    assertThatThrownBy(() -> FieldImport.read(file, model, config).close())
        .isInstanceOf(UserError.class)
        .message()
        .contains(words)
        .doesNotContain("\n");
  }
}
