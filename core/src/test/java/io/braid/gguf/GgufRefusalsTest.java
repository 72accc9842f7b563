package io.braid.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Braid does not read is refused in one line that names the key or the tensor. */
class GgufRefusalsTest {
  private static final String MODEL = "tokenizer.ggml.model";
  private static final String PRE = "tokenizer.ggml.pre";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  /** A small Llama, whose parts a test can replace or leave out. */
  private static final class Sketch {
    private String architecture = "llama";
    private String model = "gpt2";
    private String pre = "gpt-2";
    private List<String> tokens = List.of("a", "b", "ab", "<e>");
    private List<String> merges = List.of("a b");
    private int[] types = {1, 1, 1, 3};
    private String leftOut = "";
    private Consumer<GgufWriter> more = _ -> {};

    void write(Path file) {
      GgufWriter writer = new GgufWriter();
      writer.text("general.architecture", architecture);
      whole(writer, "context_length", 32);
      whole(writer, "embedding_length", 8);
      whole(writer, "block_count", 1);
      whole(writer, "feed_forward_length", 6);
      whole(writer, "attention.head_count", 2);
      String eps = architecture + ".attention.layer_norm_rms_epsilon";
      if (!eps.endsWith(leftOut) || leftOut.isEmpty()) {
        writer.number(eps, 1e-5);
      }
      writer.text(MODEL, model);
      writer.text(PRE, pre);
      writer.texts("tokenizer.ggml.tokens", tokens);
      writer.texts("tokenizer.ggml.merges", merges);
      writer.wholes("tokenizer.ggml.token_type", types);
      tensor(writer, "token_embd", 4, 8);
      tensor(writer, "output_norm", 8);
      tensor(writer, "blk.0.attn_norm", 8);
      tensor(writer, "blk.0.attn_q", 8, 8);
      tensor(writer, "blk.0.attn_k", 8, 8);
      tensor(writer, "blk.0.attn_v", 8, 8);
      tensor(writer, "blk.0.attn_output", 8, 8);
      tensor(writer, "blk.0.ffn_norm", 8);
      tensor(writer, "blk.0.ffn_gate", 6, 8);
      tensor(writer, "blk.0.ffn_up", 6, 8);
      tensor(writer, "blk.0.ffn_down", 8, 6);
      more.accept(writer);
      writer.write(file);
    }

    private void whole(GgufWriter writer, String key, long value) {
      if (!key.equals(leftOut)) {
        writer.whole(architecture + "." + key, value);
      }
    }

    private void tensor(GgufWriter writer, String name, long... shape) {
      if (!name.equals(leftOut)) {
        GgufRefusalsTest.tensor(writer, name + ".weight", shape);
      }
    }
  }

  private static void tensor(GgufWriter writer, String name, long... shape) {
    List<Long> lengths = Arrays.stream(shape).boxed().toList();
    int elements = (int) lengths.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    writer.tensor(name, GgufType.F32, lengths, () -> new float[elements]);
  }

  private AbstractStringAssert<?> refusal(Consumer<Sketch> change) {
    Path file = written(change);
    return Refused.of(file, () -> read(file));
  }

  private Path written(Consumer<Sketch> change) {
    Sketch sketch = new Sketch();
    change.accept(sketch);
    Path file = parent.resolve("model.gguf");
    sketch.write(file);
    return file;
  }

  private static void read(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      GgufImport.of(file, Optional.empty());
    }
  }

  private AbstractStringAssert<?> withWhole(String key, long value) {
    return refusal(sketch -> sketch.more = writer -> writer.whole(key, value));
  }

  @Test
  void theSketchItselfIsRead() {
    read(written(_ -> {}));
  }

  @Test
  void architectures() {
    refusal(sketch -> sketch.architecture = "mamba")
        .contains("general.architecture is \"mamba\"", "llama, qwen2, qwen3, smollm3, gemma3");
  }

  @Test
  void keysOfTheArchitecture() {
    refusal(sketch -> sketch.leftOut = "block_count").contains("llama.block_count is missing");
    refusal(sketch -> sketch.leftOut = "rms_epsilon")
        .contains("llama.attention.layer_norm_rms_epsilon is missing");
    withWhole("llama.expert_count", 8).contains("llama.expert_count", "mixture of experts");
    withWhole("llama.embedding_scale", 12).contains("llama.embedding_scale is not known");
    withWhole("llama.vocab_size", 5).contains("llama.vocab_size is 5", "4 rows");
    withWhole("llama.rope.dimension_count", 2).contains("llama.rope.dimension_count is 2");
    withWhole("llama.attention.sliding_window", 7).contains("llama.attention.sliding_window is 7");
    refusal(sketch -> sketch.more = writer -> writer.text("llama.attention.head_count_kv", "two"))
        .contains("llama.attention.head_count_kv must be an integer");
    refusal(sketch ->
            sketch.more =
                writer -> writer.wholes("llama.attention.head_count_kv", new int[] {2, 1}))
        .contains("llama.attention.head_count_kv must be one integer");
    withWhole("llama.attention.head_count_kv", 0)
        .contains("llama.attention.head_count_kv is 0; it must be from 1");
  }

  @Test
  void rotaryScaling() {
    refusal(sketch -> sketch.more = writer -> writer.text("llama.rope.scaling.type", "longrope"))
        .contains("llama.rope.scaling.type is \"longrope\"");
    refusal(sketch -> sketch.more = writer -> writer.text("llama.rope.scaling.type", "linear"))
        .contains("llama.rope.scaling.factor is missing");
    withWhole("llama.rope.scaling.alpha", 2).contains("llama.rope.scaling.alpha is not known");
    refusal(sketch -> sketch.more = writer -> tensor(writer, "rope_freqs.weight", 2))
        .contains("rope_freqs.weight", "Llama 3");
    refusal(sketch -> sketch.more = writer -> tensor(writer, "rope_freqs.weight", 3))
        .contains("rope_freqs.weight does not fit");
  }

  @Test
  void tokenizers() {
    refusal(sketch -> sketch.model = "llama")
        .contains(MODEL + " is \"llama\" (SentencePiece)", "--tokenizer");
    refusal(sketch -> sketch.pre = "tekken")
        .contains(PRE + " is \"tekken\"", "llama-bpe", "qwen2", "smollm", "--tokenizer");
    refusal(sketch -> sketch.merges = List.of("a c"))
        .contains("tokenizer.ggml.merges has \"a c\" at 0");
    refusal(sketch -> sketch.tokens = List.of("a", "b", "ab", "a"))
        .contains("tokenizer.ggml.tokens has \"a\" twice, at 0 and 3");
    refusal(sketch -> sketch.types = new int[] {1, 1, 1})
        .contains("tokenizer.ggml.token_type has 3 entries");
    refusal(sketch -> sketch.types = new int[] {1, 1, 6, 3})
        .contains("tokenizer.ggml.token_type is 6 at 2");
    refusal(
            sketch -> {
              sketch.tokens = List.of("a", "b", "ab", "c", "d");
              sketch.types = new int[] {1, 1, 1, 1, 1};
            })
        .contains("tokenizer.ggml.tokens has 5 entries");
    withWhole("tokenizer.ggml.bos_token_id", 4).contains("tokenizer.ggml.bos_token_id is 4");
    for (String flag : List.of("tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_space_prefix")) {
      refusal(sketch -> sketch.more = writer -> writer.flag(flag, true)).contains(flag, "true");
    }
    refusal(sketch -> sketch.pre = "llama-bpe").contains("tokenizer.ggml.bos_token_id is missing");
  }

  @Test
  void tensors() {
    refusal(sketch -> sketch.leftOut = "blk.0.ffn_up")
        .contains("contains no tensor blk.0.ffn_up.weight");
    refusal(sketch -> sketch.leftOut = "token_embd").contains("token_embd.weight");
    refusal(sketch -> sketch.more = writer -> tensor(writer, "blk.0.attn_q_norm.weight", 4))
        .contains("blk.0.attn_q_norm.weight is not part of a llama model");
    refusal(
            sketch -> {
              sketch.leftOut = "blk.0.ffn_up";
              sketch.more = writer -> tensor(writer, "blk.0.ffn_up.weight", 8, 6);
            })
        .contains("blk.0.ffn_up.weight has the shape [8, 6], but the file's keys require [6, 8]");
  }

  @Test
  void typesThatAreNotRead() throws IOException {
    Path file = written(_ -> {});
    byte[] bytes = Files.readAllBytes(file);
    // the type stands behind the name, the number of dimensions and two lengths
    int name = indexOf(bytes, "blk.0.ffn_down.weight");
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(name + "blk.0.ffn_down.weight".length() + 4 + 16, 10);
    Files.write(file, bytes);
    Refused.of(file, () -> read(file))
        .contains("the tensor blk.0.ffn_down.weight has the type Q2_K", "F32, F16", "Q8_0");
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void otherFiles() throws IOException {
    Path file = parent.resolve("model.gguf");
    Refused.of(file, () -> read(file)).isEqualTo("no such file");
    Refused.of(parent, () -> read(parent)).isEqualTo("is not a file; name a .gguf file");
    Files.writeString(file, "");
    Refused.of(file, () -> read(file)).contains("is not a GGUF file");
    Files.writeString(file, "GGML and more than that");
    Refused.of(file, () -> read(file)).contains("is not a GGUF file");
    Files.write(file, new byte[] {'G', 'G', 'U', 'F', 0, 0, 0, 3, 0, 0, 0, 0, 0, 0});
    Refused.of(file, () -> read(file)).contains("GGUF version 50331648", "little-endian");
    withWhole("split.count", 3).contains("split.count", "llama-gguf-split --merge");
    withWhole("general.alignment", 24).contains("general.alignment is 24");
  }

  @Test
  void nothingIsLeftBehindWhenTheWeightsCannotBeRead() throws IOException {
    Path out = parent.resolve("out");
    Path file = written(sketch -> sketch.leftOut = "blk.0.ffn_up");
    Refused.of(
        file,
        () -> {
          try (GgufFile opened = GgufFile.open(file)) {
            GgufImport.of(opened, Optional.empty()).write(out, DType.FLOAT32);
          }
        });
    try (var left = Files.list(parent)) {
      assertThat(left.toList()).containsExactly(file);
    }
  }
}
