package io.braid.checkpoint;

import static io.braid.checkpoint.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks that the error for an unusable model directory says what it is and what to do about it.
 */
class NoModelTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @Test
  void theErrorForANameOnAHubSuggestsADownload() {
    assertThatThrownBy(() -> ModelDirectory.open(Path.of("Qwen/Qwen2.5-0.5B")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "./braid data download Qwen/Qwen2.5-0.5B --repo-type model, and give the directory"
                + " Qwen2.5-0.5B");
  }

  @Test
  void aNameOnAHubIsRecognisedAfterARecipesDirectory() {
    Path path = parent.resolve("Qwen/Qwen2.5-0.5B");
    refusal(path, () -> ModelDirectory.open(path))
        .contains("./braid data download Qwen/Qwen2.5-0.5B --repo-type model");
    Path near = parent.resolve("nowhere");
    refusal(near, () -> ModelDirectory.open(near)).doesNotContain("download");
  }

  @Test
  void theErrorForTheQuickstartsModelNamesTheCommandThatCreatesIt() {
    Path path = parent.resolve("runs/quickstart/base/model");
    refusal(path, () -> ModelDirectory.open(path))
        .contains("run ./braid quickstart first")
        .doesNotContain("download");
  }

  @Test
  void theErrorForACacheEntryNamesItsSnapshot() throws IOException {
    Path entry = parent.resolve("models--Qwen--Qwen2.5-0.5B");
    Path snapshot = Files.createDirectories(entry.resolve("snapshots/0a1b2c"));
    refusal(entry, () -> ModelDirectory.open(entry)).contains(snapshot.toString());

    Files.createDirectories(entry.resolve("snapshots/ffff"));
    Files.writeString(Files.createDirectories(entry.resolve("refs")).resolve("main"), "0a1b2c");
    refusal(entry, () -> ModelDirectory.open(entry)).contains(snapshot.toString());
    refusal(parent, () -> ModelDirectory.open(parent))
        .contains("cache", entry.resolve("snapshots").toString());
  }

  @Test
  void aReferenceOutOfTheCacheIsNotFollowed() throws IOException {
    Path entry = parent.resolve("models--a--b");
    Files.createDirectories(entry.resolve("snapshots/one"));
    Files.createDirectories(entry.resolve("snapshots/two"));
    Files.writeString(Files.createDirectories(entry.resolve("refs")).resolve("main"), "../../..");
    refusal(entry, () -> ModelDirectory.open(entry)).endsWith("give the path of its snapshot");
  }

  @Test
  void theErrorForAnAdapterExplainsHowToMergeIt() throws IOException {
    Path adapter = Files.createDirectory(parent.resolve("adapter"));
    Files.writeString(
        adapter.resolve("adapter_config.json"), "{\"base_model_name_or_path\": \"Qwen/Qwen2-7B\"}");
    refusal(adapter, () -> ModelDirectory.open(adapter))
        .contains("contains a LoRA adapter of Qwen/Qwen2-7B", "./braid model merge");
    Files.writeString(adapter.resolve("adapter_config.json"), "{");
    refusal(adapter, () -> ModelDirectory.open(adapter)).contains("LoRA adapter, not a model");
  }

  @Test
  void aModelWithAnAdapterInItsDirectoryIsRefused() throws IOException {
    Path model = GoldenModels.copy("qwen2", parent.resolve("model"));
    Files.writeString(model.resolve("adapter_config.json"), "{}");
    refusal(model, () -> ModelDirectory.open(model))
        .contains("adapter_config.json", "move its files elsewhere");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model-q4.gguf | GGUF",
        "model.onnx | ONNX",
        "onnx/model.onnx | ONNX",
        "model.safetensors | contains weights but no config.json",
        "pytorch_model.bin | contains weights but no config.json",
        "final/config.json | contains no config.json; give",
        "README.md | contains no config.json"
      })
  void theErrorForADirectoryWithoutAConfigNamesItsContents(String file, String complaint)
      throws IOException {
    Path directory = parent.resolve("x");
    touch(directory.resolve(file));
    refusal(directory, () -> ModelDirectory.open(directory)).contains(complaint);
  }

  @Test
  void metasFormatIsRecognised() throws IOException {
    Path directory = parent.resolve("llama");
    touch(directory.resolve("params.json"));
    touch(directory.resolve("consolidated.00.pth"));
    refusal(directory, () -> ModelDirectory.open(directory)).contains("Meta's own format");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pytorch_model.bin | contains its weights as pytorch_model.bin, not as model.safetensors",
        "pytorch_model-00001-of-00002.bin | save_pretrained",
        "model-00001-of-00002.safetensors | but no model.safetensors.index.json; download that file"
            + " too",
        "weights.safetensors | rename the file if it contains the model's weights",
        "model.gguf | GGUF",
        "onnx/model.onnx | ONNX"
      })
  void otherWeightFormatsAreRecognised(String file, String complaint) throws IOException {
    Path directory = Files.createDirectory(parent.resolve("x"));
    Files.copy(GoldenModels.path("qwen2").resolve("config.json"), directory.resolve("config.json"));
    touch(directory.resolve(file));
    ModelDirectory model = ModelDirectory.open(directory);
    refusal(directory, () -> model.load(Optional.empty())).contains(complaint);
  }

  @Test
  void theErrorForAFileNamesItsDirectory() throws IOException {
    Path file = parent.resolve("model.safetensors");
    touch(file);
    refusal(file, () -> ModelDirectory.open(file)).endsWith(": " + parent);
    Path gguf = parent.resolve("m.gguf");
    touch(gguf);
    refusal(gguf, () -> ModelDirectory.open(gguf)).contains("GGUF");
  }

  private static void touch(Path file) throws IOException {
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElseThrow());
    Files.writeString(file, "x");
  }
}
