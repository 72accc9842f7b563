package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code braid model}, from a directory to a GGUF file and back. */
class ModelCommandsTest {
  @TempDir Path directory;
  private Path model;
  private Path file;

  @BeforeEach
  void createModel() {
    model = ByteModel.in(directory);
    file = directory.resolve("model.gguf");
  }

  private static JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--json");
    Terminal.Ended ended = Terminal.here(all.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.lastLine());
  }

  /** The one line of an error that the user can mend. */
  private static String refused(String... arguments) {
    Terminal.Ended ended = Terminal.here(arguments);
    assertThat(ended.exit()).as(ended.out()).isEqualTo(2);
    assertThat(ended.err().strip().lines().filter(line -> line.startsWith("braid: "))).hasSize(1);
    return ended.err();
  }

  private JsonNode exported(String type) {
    return json("model", "export", model.toString(), "--type", type, "--out", file.toString());
  }

  private static JsonNode generated(Path from) {
    return json(
            "generate",
            "--model",
            from.toString(),
            "--prompt",
            "What is 7 + 12?",
            "--temperature",
            "0",
            "--max-new-tokens",
            "12")
        .path("responses")
        .path(0);
  }

  @Test
  void aModelThatWentThereAndBackWritesTheSameText() {
    assertThat(exported("f32").path("bytes").asLong()).isGreaterThan(20_000);
    Path imported = directory.resolve("imported");
    JsonNode said = json("model", "import", file.toString(), "--out", imported.toString());
    assertThat(said.path("family").asString()).isEqualTo("qwen2");
    assertThat(said.path("dtype").asString()).isEqualTo("float32");

    JsonNode before = generated(model);
    JsonNode after = generated(imported);
    assertThat(before.path("ids").size()).isPositive();
    assertThat((Object) after).isEqualTo(before); // text, ids and log-probabilities
  }

  @Test
  void infoDescribesDirectoriesAndFiles() {
    exported("q8_0");
    for (Path each : List.of(model, file)) {
      JsonNode info = json("model", "info", each.toString());
      assertThat(info.path("supported").asBoolean()).as(info.toString()).isTrue();
      assertThat(info.path("family").asString()).isEqualTo("Qwen2");
      assertThat(info.path("context").asLong()).isEqualTo(4_096);
      assertThat(info.path("parameters").asLong()).isEqualTo(6_496);
      JsonNode float32 = info.path("memory").path("float32");
      assertThat(float32.path("weights").asLong()).isEqualTo(4 * 6_496);
      assertThat(float32.path("optimizer").asLong()).isEqualTo(8 * 6_496);
      JsonNode bfloat16 = info.path("memory").path("bfloat16");
      assertThat(bfloat16.path("optimizer").asLong()).isEqualTo(16 * 6_496);
    }
  }

  @Test
  void infoSaysWhyAModelIsNotSupported() throws IOException {
    exported("f32");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 200));
    JsonNode info = json("model", "info", file.toString());
    assertThat(info.path("supported").asBoolean()).isFalse();
    assertThat(info.path("because").asString()).contains("truncated");
  }

  @Test
  void badInputIsRefusedInOneLine() throws IOException {
    assertThat(refused("model")).contains("import, export, merge or info");
    assertThat(refused("model", "info", "nowhere")).contains("nowhere: does not exist");
    Path out = directory.resolve("out");
    assertThat(refused("model", "import", "none.gguf", "--out", out.toString()))
        .contains("none.gguf: no such file");
    assertThat(refused("model", "export", model.toString(), "--type", "q4_k", "--out", "x.gguf"))
        .contains("--type: q4_k is not written; choose f32, f16, bf16, q8_0");
    exported("f32");
    assertThat(refused("model", "export", model.toString(), "--out", file.toString()))
        .contains("model.gguf: already exists");
    assertThat(refused("model", "import", file.toString(), "--out", model.toString()))
        .contains("already exists");
    assertThat(refused("generate", "--model", file.toString(), "--prompt", "x"))
        .contains("./braid model import", "model.gguf");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(refused("model", "import", file.toString(), "--out", out.toString()))
        .contains("model.gguf", "truncated");
    assertThat(out).doesNotExist();
    assertThat(directory.resolve("x.gguf")).doesNotExist();
  }

  @Test
  void aTokenizerOfWordsCannotBeExported() {
    Path words = TinyModel.in(directory);
    assertThat(refused("model", "export", words.toString(), "--out", file.toString()))
        .contains("tokenizer.json: model.type: the tokenizer is WordLevel");
    assertThat(file).doesNotExist();
  }
}
