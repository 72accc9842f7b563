package io.braid.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.checkpoint.ModelDirectory;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.text.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imports models that the gguf package wrote from the checkpoints of parity/models.py. */
class GgufImportTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  private Path imported(String name, DType dtype) {
    Path directory = parent.resolve(name);
    try (GgufFile file = GgufFile.open(Golden.path(name + ".gguf"))) {
      GgufImport.of(file, Optional.empty()).write(directory, dtype);
    }
    return directory;
  }

  @ParameterizedTest
  @CsvSource({"llama, FLOAT16", "qwen2, FLOAT16", "qwen3, BFLOAT16"})
  void theModelIsTheOneThatTheFileWasMadeFrom(String name, DType stored) {
    ModelDirectory original = ModelDirectory.open(Golden.checkpoint(name));
    ModelDirectory directory = ModelDirectory.open(imported(name, DType.FLOAT32));

    assertThat(directory.config()).isEqualTo(original.config());
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        Transformer model = directory.load(Optional.empty());
        Transformer expected = original.load(Optional.empty())) {
      expected
          .views()
          .forEach(view -> {
            if (view.shape().size() > 1) { // matrices are stored in a narrower type
              view.tensor().copyInPlace(view.tensor().copy().to(stored));
            }
          });
      Map<String, float[]> wanted = Golden.tensors(expected);
      assertThat(Golden.tensors(model))
          .hasSameSizeAs(wanted)
          .allSatisfy(
              (tensor, values) -> assertThat(values).as(tensor).isEqualTo(wanted.get(tensor)));
    }
  }

  @Test
  void weightsAreBfloat16WhereTheFileHasNothingElse() {
    try (GgufFile file = GgufFile.open(Golden.path("qwen3.gguf"))) {
      assertThat(GgufImport.of(file, Optional.empty()).usualType()).isEqualTo(DType.BFLOAT16);
    }
    try (GgufFile file = GgufFile.open(Golden.path("qwen2.gguf"))) {
      assertThat(GgufImport.of(file, Optional.empty()).usualType()).isEqualTo(DType.FLOAT32);
    }
    assertThat(ModelDirectory.open(imported("qwen3", DType.BFLOAT16)).storedType())
        .isEqualTo(DType.BFLOAT16);
  }

  /** Tokens of the files: a…z, 0…9, signs, space and newline, five merges, three specials. */
  @Test
  void theTokenizerSplitsAsThePreTokenizerOfItsName() {
    try (Tokenizer llama = Tokenizer.load(imported("llama", DType.FLOAT32));
        Tokenizer qwen = Tokenizer.load(imported("qwen2", DType.FLOAT32));
        Tokenizer smol = Tokenizer.load(imported("qwen3", DType.FLOAT32))) {
      // " the" is one token; "12" is merged unless digits are split
      assertThat(llama.encode("at the 12")).containsExactly(50, 48, 44, 49);
      assertThat(qwen.encode("at the 12")).containsExactly(50, 48, 44, 27, 28);
      assertThat(smol.encode("at the 12")).containsExactly(50, 48, 44, 27, 28);
      assertThat(llama.decode(llama.encode("at the 12"))).isEqualTo("at the 12");
      // Llama 3 begins with BOS
      assertThat(llama.encodeWithSpecials("at")).containsExactly(52, 50);
      assertThat(qwen.encodeWithSpecials("at")).containsExactly(50);
      // special tokens are matched as a whole
      assertThat(smol.encode("<|im_start|>at<|im_end|>")).containsExactly(52, 50, 53);
      assertThat(smol.decode(new long[] {52, 50, 53})).isEqualTo("at");
    }
  }

  @Test
  void specialTokensAndTheTemplateAreTakenOver() {
    Path directory = imported("llama", DType.FLOAT32);
    assertThat(ModelDirectory.open(directory).generation().endIds()).containsExactly(53L);
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.eosId()).isEqualTo(OptionalLong.of(53));
      assertThat(new TreeMap<>(tokenizer.specialTokens()))
          .isEqualTo(
              Map.of(
                  "bos_token", "<|im_start|>",
                  "eos_token", "<|im_end|>",
                  "pad_token", "<|endoftext|>"));
      assertThat(tokenizer.chatTemplate().orElseThrow()).contains("m.content");
    }
  }

  @Test
  void anotherTokenizerMustHaveTheSameTokens() {
    Path qwen = imported("qwen2", DType.FLOAT32);
    try (GgufFile file = GgufFile.open(Golden.path("qwen3.gguf"))) {
      Path directory = parent.resolve("with-other");
      GgufImport.of(file, Optional.of(qwen)).write(directory, DType.FLOAT32);
      assertThat(directory.resolve("tokenizer.json"))
          .hasSameTextualContentAs(qwen.resolve("tokenizer.json"));
      Path other = Path.of("src/test/resources/io/braid/text/bpe");
      Refused.of(file.path(), () -> GgufImport.of(file, Optional.of(other)))
          .contains("tokenizer.ggml.tokens", "--tokenizer");
    }
  }
}
