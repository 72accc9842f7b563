package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.model.Transformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ChecksumsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  @SuppressWarnings("NullAway.Init") // created before each test
  private Path target;

  @BeforeEach
  void write() {
    target = parent.resolve("whole");
    AtomicDirectory.write(
        target,
        unfinished -> {
          try {
            Files.createDirectories(unfinished.resolve("model/deep"));
            Files.writeString(unfinished.resolve("state"), "abc");
            Files.writeString(unfinished.resolve("model/config.json"), "{\"a\": 1}");
            Files.writeString(unfinished.resolve("model/deep/weights"), "0123456789");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void everyFileIsListedWithItsSizeAndSha256() throws IOException {
    assertThat(target.resolve("checksums.json"))
        .content()
        .contains("\"model/checksums.json\"")
        .contains("\"model/config.json\"")
        .contains("\"model/deep/checksums.json\"")
        .contains("\"model/deep/weights\"")
        .containsPattern(
            // FIPS 180-2, appendix B.1
            "\"state\" : \\{\\s+\"bytes\" : 3,\\s+\"sha256\" :"
                + " \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"");
    assertThat(Checksums.damageOf(target)).isEmpty();
    assertThat(Checksums.damageOf(target.resolve("model")))
        .as("a part copied out of the directory can still be checked")
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void damageToAnyFileIsFoundAndNamed(Damages damage) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(target)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSize(6);
    for (Path file : files) {
      byte[] before = Files.readAllBytes(file);
      damage.to(file);
      assertThat(Checksums.damageOf(target).map(Checksums.Damage::file))
          .as(file.toString())
          .contains(file);
      Files.write(file, before);
      assertThat(Checksums.damageOf(target)).isEmpty();
    }
  }

  @Test
  void aChangedByteOfTheListIsFound() throws IOException {
    Path list = target.resolve("model/deep/checksums.json");
    byte[] bytes = Files.readAllBytes(list);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 4;
      Files.write(list, bytes);
      assertThat(Checksums.damageOf(list.resolveSibling("")).map(Checksums.Damage::file))
          .as("byte " + i)
          .contains(list);
      bytes[i] ^= 4;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.safetensors, EMPTIED",
    "model.safetensors, TRUNCATED",
    "model.safetensors, FLIPPED",
    "model.safetensors, HALF_ZEROED",
    "model.safetensors, REMOVED",
    "tokenizer_config.json, EMPTIED",
    "tokenizer_config.json, TRUNCATED",
    "tokenizer_config.json, HALF_ZEROED",
    "tokenizer_config.json, REMOVED",
    "config.json, TRUNCATED",
    "generation_config.json, REMOVED",
  })
  void aDamagedModelIsRefusedNamingTheFile(String name, Damages damage) throws IOException {
    Path model = saved();
    damage.to(model.resolve(name));

    assertThatThrownBy(() -> ModelDirectory.open(model).load(Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(model.resolve(name) + ": ")
        .hasMessageContaining("delete its checksums.json");
  }

  @Test
  void anEditedTextFileIsUsed() throws IOException {
    Path model = saved();
    Path config = model.resolve("generation_config.json");
    Files.writeString(config, "{\"eos_token_id\": [2], \"temperature\": 0.25}");

    assertThat(ModelDirectory.open(model).generation().temperature()).hasValue(0.25);
  }

  @Test
  void aDirectoryWithoutAListIsNotChecked() throws IOException {
    Path model = saved();
    Files.delete(model.resolve("checksums.json"));
    Damages.REMOVED.to(model.resolve("generation_config.json"));
    Damages.FLIPPED.to(model.resolve("model.safetensors"));

    ModelDirectory.open(model).load(Optional.empty()).close();
  }

  @Test
  void aModelWithoutAListGetsOneWhenSaved() {
    assertThat(Checksums.damageOf(saved())).isEmpty();
  }

  private Path saved() {
    Path model = parent.resolve("model");
    try (Transformer transformer =
        ModelDirectory.open(GoldenModels.path("llama")).load(Optional.empty())) {
      ModelWriter.save(
          model, transformer, List.of(2L), Map.of("tokenizer_config.json", "{\"a\": 1}\n"));
    }
    return model;
  }
}
