package io.braid.checkpoint;

import static io.braid.checkpoint.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Llama;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a model directory are untrusted: tests how they are read, and which are kept. */
class StrangersFilesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @SuppressWarnings("NullAway.Init") // created before each test
  private Path directory;

  @BeforeEach
  void copy() throws IOException {
    directory = GoldenModels.copy("qwen2", parent.resolve("model"));
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    return Files.writeString(file, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 9223372036854775808} | a",
        "{\"a\": {\"b\": [1, -99999999999999999999]}} | a.b[1]",
        "{\"eos_token_id\": 1e3, \"top_k\": 123456789012345678901234567890} | :1: top_k",
      })
  void anIntegerBeyond64BitsIsRefusedByKey(String json, String key) throws IOException {
    Path file = write("generation_config.json", json);
    refusal(file, () -> ModelDirectory.open(directory).generation())
        .contains(key)
        .contains("more than 64 bits");
  }

  @Test
  void theLargestIntegersAreRead() throws IOException {
    Path file = write("x.json", "[9223372036854775807, -9223372036854775808, NaN, Infinity]");
    assertThat(JsonFile.read(file).get(1).asLong()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void theErrorForANumberOfThousandsOfDigitsShowsNoInternals() throws IOException {
    Path file = write("generation_config.json", "{\"top_p\": " + "1".repeat(5000) + "}");
    refusal(file, () -> ModelDirectory.open(directory).generation()).doesNotContain("Stream");
  }

  @Test
  void aDuplicateKeyIsRefused() throws IOException {
    String config = Files.readString(directory.resolve("config.json"));
    Path file = write("config.json", config.replaceFirst("\\{", "{\"hidden_size\": 8,\n"));
    refusal(file, () -> ModelDirectory.open(directory))
        .containsPattern("^:\\d+: the key hidden_size appears twice");
    JsonFile.read(write("x.json", "[{\"a\": 1}, {\"a\": {\"a\": 1}}]")); // in different objects
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "chat_template.jinja"})
  @Timeout(10)
  void aPipeIsRefusedInsteadOfReadForever(String name) throws Exception {
    Path pipe = directory.resolve(name);
    Files.deleteIfExists(pipe);
    Process process;
    try {
      process = new ProcessBuilder("mkfifo", pipe.toString()).start();
    } catch (IOException e) {
      assumeThat(false).as("mkfifo is not available").isTrue();
      return;
    }
    assertThat(process.waitFor()).isZero();
    refusal(pipe, () -> ModelDirectory.open(directory)).contains("is a pipe or a device");
    Files.delete(pipe);
    Files.createSymbolicLink(pipe, Path.of("/dev/zero"));
    refusal(pipe, () -> ModelDirectory.open(directory)).contains("is a pipe or a device");
    Files.delete(pipe);
  }

  @Test
  void aDirectoryInPlaceOfAFileIsRefused() throws IOException {
    Path file = directory.resolve("generation_config.json");
    Files.deleteIfExists(file);
    Files.createDirectory(file);
    refusal(file, () -> ModelDirectory.open(directory).generation()).contains("is a directory");
  }

  @Test
  void companionFilesAreKept() throws IOException {
    List<String> kept =
        List.of(
            "LICENSE",
            "LICENSE.txt",
            "README.md",
            "NOTICE",
            "USE_POLICY.md",
            "chat_template.jinja",
            "additional_chat_templates/tool_use.jinja",
            "additional_chat_templates/rag.jinja",
            "preprocessor_config.json",
            "processor_config.json",
            "video_preprocessor_config.json",
            "tokenizer.model",
            "vocab.txt",
            "tekken.json",
            "configuration_x.py");
    for (String name : kept) {
      write(name, "content of " + name);
    }
    List<String> left = List.of("optimizer.bin", "notes.txt", ".gitattributes", "trainer.json");
    for (String name : left) {
      write(name, "x");
    }
    ModelDirectory origin = ModelDirectory.open(directory);
    Path saved = parent.resolve("saved");
    try (Transformer model = origin.load(Optional.empty())) {
      ModelWriter.save(saved, model, origin);
    }
    for (String name : kept) {
      assertThat(saved.resolve(name)).hasContent("content of " + name);
    }
    left.forEach(name -> assertThat(saved.resolve(name)).doesNotExist());
  }

  @Test
  void aMissingOutputBiasIsSavedAsZeros() throws IOException {
    ModelConfig config =
        new ModelConfig(
            new Llama(),
            11,
            16,
            32,
            2,
            2,
            1,
            8,
            1e-6,
            ModelDirectory.open(directory).config().rope(),
            true,
            true, // on query, key and value
            false, // on the output
            false,
            32,
            0.02);
    Path saved = parent.resolve("saved");
    try (Transformer model = Transformer.create(config, DType.FLOAT32, 1)) {
      ModelWriter.save(saved, model, List.of(2L), Map.of());
    }
    assertThat(ModelDirectory.open(saved).config()).isEqualTo(config);
    Path weights = saved.resolve("model.safetensors");
    String bias = "model.layers.1.self_attn.o_proj.bias";
    Map<String, Tensor> tensors = new HashMap<>();
    try (Scope scope = Scope.open();
        Safetensors file = Safetensors.open(weights)) {
      assertThat(file.tensor(bias).toFloats()).hasSize(16).containsOnly(0);
      file.names().forEach(name -> tensors.put(name, file.tensor(name).copy()));
      tensors.put(bias, Tensor.ones(DType.FLOAT32, 16));
      SafetensorsWriter.write(weights, tensors, Map.of());
    }
    Files.deleteIfExists(saved.resolve("checksums.json")); // as a user does after a deliberate edit
    assertThatThrownBy(() -> ModelDirectory.open(saved).load(Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(bias)
        .hasMessageContaining("attention_out_bias: false");
  }
}
