package io.braid.checkpoint;

import static io.braid.checkpoint.Refusals.refusal;

import io.braid.model.family.Families;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Checks that every kind of invalid model directory is reported in one line. */
class BadModelDirectoryTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @SuppressWarnings("NullAway.Init") // created before each test
  private Path directory;

  @BeforeEach
  void copy() throws IOException {
    directory = GoldenModels.copy("qwen3", parent.resolve("model"));
  }

  // ---- the directory --------------------------------------------------------------------------

  @Test
  void noSuchDirectory() {
    Path nowhere = parent.resolve("nowhere");
    refusal(nowhere, () -> ModelDirectory.open(nowhere))
        .contains("no such model directory")
        .contains("give a directory that contains a config.json");
  }

  @Test
  void aFileInsteadOfADirectory() {
    Path file = directory.resolve("config.json");
    refusal(file, () -> ModelDirectory.open(file)).contains("is a file, not a model directory");
  }

  @Test
  void noConfig() throws IOException {
    Files.delete(directory.resolve("config.json"));
    refusal(directory, () -> ModelDirectory.open(directory))
        .contains("contains weights but no config.json");
  }

  @Test
  void noWeights() throws IOException {
    Files.delete(directory.resolve("model.safetensors"));
    Files.delete(directory.resolve("golden.safetensors"));
    refusal(directory, this::load)
        .contains("contains neither model.safetensors nor model.safetensors.index.json")
        .contains("convert them to safetensors");
  }

  // ---- config.json ----------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1,}", "\u0000", "{}{}"})
  void aConfigThatIsNotJsonIsRefused(String text) throws IOException {
    Files.writeString(config(), text);
    refusal(config(), () -> ModelDirectory.open(directory))
        .containsAnyOf("is empty", "not JSON", "model_type");
  }

  @Test
  void anInvalidConfigIsReportedWithItsLine() throws IOException {
    Files.writeString(config(), "{\n  \"model_type\": \"qwen3\",\n  \"vocab_size\": 6x4\n}");
    refusal(config(), () -> ModelDirectory.open(directory)).startsWith(":3: is not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "3", "null", "\"qwen3\"", "{}"})
  void aConfigThatIsNotAnObjectHasNoModelType(String text) throws IOException {
    Files.writeString(config(), text);
    refusal(config(), () -> ModelDirectory.open(directory))
        .contains("model_type is missing; Braid knows " + Families.types());
  }

  @Test
  void aDeeplyNestedConfigIsRefused() throws IOException {
    Files.writeString(config(), "{\"a\":" + "[".repeat(1_000_000));
    refusal(config(), () -> ModelDirectory.open(directory)).contains("is nested too deeply");
  }

  @Test
  void anUnknownArchitectureIsNamed() throws IOException {
    change(json -> json.put("model_type", "mixtral"));
    refusal(config(), () -> ModelDirectory.open(directory))
        .contains("model_type is \"mixtral\"; Braid knows " + Families.types());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vocab_size",
        "hidden_size",
        "intermediate_size",
        "num_hidden_layers",
        "num_attention_heads",
        "max_position_embeddings"
      })
  void aMissingNumberIsNamed(String key) throws IOException {
    change(json -> json.remove(key));
    refusal(config(), () -> ModelDirectory.open(directory))
        .contains(key + " must be an integer; it is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vocab_size | \"64\" | vocab_size must be an integer; it is \"64\"",
        "hidden_size | 32.5 | hidden_size must be an integer; it is 32.5",
        "hidden_size | 99999999999 | hidden_size must be an integer; it is 99999999999",
        "hidden_size | {} | hidden_size must be an integer; it is {}",
        "vocab_size | 0 | must be positive",
        "num_hidden_layers | -1 | must be positive",
        "num_key_value_heads | 3 | num_key_value_heads 3 must divide num_attention_heads 4",
        "num_attention_heads | 0 | must divide",
        "head_dim | 7 | head_dim 7 must be even",
        "rms_norm_eps | \"x\" | rms_norm_eps must be a number with a decimal point; it is \"x\"",
        "rms_norm_eps | 0.0 | rms_norm_eps and rotary bases (rope_theta, rope_local_base_freq) must"
            + " be above 0",
        "tie_word_embeddings | 1 | tie_word_embeddings must be true or false; it is 1",
        "hidden_act | \"gelu\" | hidden_act is \"gelu\"; only silu is supported",
        "quantization_config | {} | the weights are quantized",
        "rope_parameters | {\"rope_type\":\"longrope\"} | rope_parameters: rope_type \"longrope\""
            + " is not supported"
      })
  void anInvalidSettingIsNamed(String key, String value, String complaint) throws IOException {
    change(json -> json.set(key, JsonMapper.shared().readTree(value)));
    refusal(config(), () -> ModelDirectory.open(directory)).contains(complaint);
  }

  // ---- the weights ----------------------------------------------------------------------------

  @Test
  void truncatedWeightsAreRefused() throws IOException {
    Path weights = directory.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    for (int length : new int[] {0, 8, 2000, 2496, whole.length / 2, whole.length - 1}) {
      Files.write(weights, Arrays.copyOf(whole, length));
      refusal(weights, this::load).contains("Copy or download the file again");
    }
  }

  @Test
  void aMissingTensorIsNamed() {
    rewrite(tensors -> tensors.remove("model.layers.1.self_attn.q_norm.weight"));
    refusal(directory, this::load)
        .contains(
            "no weights file contains the tensor model.layers.1.self_attn.q_norm.weight"
                + " required by config.json");
  }

  @Test
  void anEmptyWeightsFileIsRefused() {
    rewrite(Map::clear);
    refusal(config(), this::load).contains("the weights files have only 0 bytes");
  }

  @Test
  void aTensorOfTheWrongShapeIsReportedWithBothShapes() {
    rewrite(tensors ->
        tensors.computeIfPresent(
            "model.layers.0.mlp.down_proj.weight", (name, t) -> t.transpose(0, 1)));
    refusal(directory.resolve("model.safetensors"), this::load)
        .contains(
            "tensor model.layers.0.mlp.down_proj.weight has shape [40, 32], but config.json"
                + " requires [32, 40]");
  }

  @ParameterizedTest
  @CsvSource({"vocab_size", "hidden_size", "intermediate_size", "num_attention_heads", "head_dim"})
  void aConfigForAMuchLargerModelIsRefusedBeforeAllocation(String key) throws IOException {
    change(json -> json.put(key, 2_000_000_000).remove("layer_types"));
    refusal(config(), this::load).contains("the weights files have only");
  }

  @Test
  void tooManyLayersAreRefused() throws IOException {
    change(json -> json.put("num_hidden_layers", 2_000_000_000).remove("layer_types"));
    refusal(config(), this::load).contains("num_hidden_layers is 2000000000");
  }

  // ---- the index ------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"../x.safetensors", "/etc/passwd", "a/b", "..", ".hidden", "", "a\\\\b"})
  void anIndexThatNamesAFileInAnotherDirectoryIsRefused(String name) throws IOException {
    index("{\"weight_map\":{\"model.norm.weight\":\"" + name + "\"}}");
    refusal(indexFile(), this::load).contains("it must be a plain file name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"weight_map\":[]}", "7"})
  void anIndexWithoutAMapIsRefused(String text) throws IOException {
    index(text);
    refusal(indexFile(), this::load).contains("has no weight_map; download the file again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[\"model.safetensors\"]", "null"})
  void anIndexWithAFileNameThatIsNotAStringIsRefused(String name) throws IOException {
    index("{\"weight_map\":{\"model.norm.weight\":" + name + "}}");
    refusal(indexFile(), this::load).contains("it must be a plain file name");
  }

  @Test
  void anIndexThatNamesAMissingFileIsRefused() throws IOException {
    index("{\"weight_map\":{\"model.norm.weight\":\"model-00001-of-00002.safetensors\"}}");
    refusal(directory.resolve("model-00001-of-00002.safetensors"), this::load)
        .contains("no such file");
  }

  @Test
  void anIndexWithATensorMissingFromItsFileIsRefused() throws IOException {
    rewrite(tensors -> tensors.remove("model.norm.weight"));
    ObjectNode index = JsonMapper.shared().createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    try (Safetensors file = Safetensors.open(directory.resolve("model.safetensors"))) {
      file.names().forEach(name -> map.put(name, "part.safetensors"));
    }
    map.put("model.norm.weight", "part.safetensors");
    index(index.toString());
    refusal(directory, this::load)
        .contains("no weights file contains the tensor model.norm.weight");
  }

  @Test
  void anIndexThatIsNotJsonIsRefused() throws IOException {
    index("{\"weight_map\":");
    refusal(indexFile(), this::load).contains("is not JSON");
  }

  // ---- helpers --------------------------------------------------------------------------------

  private void load() {
    ModelDirectory.open(directory).load(Optional.empty()).close();
  }

  private Path config() {
    return directory.resolve("config.json");
  }

  private Path indexFile() {
    return directory.resolve("model.safetensors.index.json");
  }

  /**
   * Writes an index, and renames model.safetensors, because an index is ignored if that file
   * exists.
   */
  private void index(String text) throws IOException {
    Files.move(directory.resolve("model.safetensors"), directory.resolve("part.safetensors"));
    Files.writeString(indexFile(), text);
  }

  private void change(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(Files.readString(config()));
    change.accept(json);
    Files.writeString(config(), json.toString());
  }

  private void rewrite(Consumer<Map<String, Tensor>> change) {
    Path weights = directory.resolve("model.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      try (Safetensors file = Safetensors.open(weights)) {
        file.names().forEach(name -> tensors.put(name, file.tensor(name).copy()));
      }
      change.accept(tensors);
      SafetensorsWriter.write(weights, tensors, Map.of("format", "pt"));
    }
  }
}
