package io.braid.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.checkpoint.ModelDirectory;
import io.braid.checkpoint.ModelWriter;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.NamedView;
import io.braid.model.RopeScaling;
import io.braid.model.Transformer;
import io.braid.model.family.Gemma3;
import io.braid.model.family.Llama;
import io.braid.model.family.Mistral;
import io.braid.model.family.Qwen2;
import io.braid.model.family.Qwen3;
import io.braid.model.family.SmolLm3;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that is exported and imported again is the same. */
class GgufRoundTripTest {
  private static final Rope PLAIN = new Rope(1e5, Optional.empty());

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path parent;

  /** Models of every architecture, with everything optional that it can have. */
  @SuppressWarnings("ImmutableEnumChecker") // configs are immutable
  enum Model {
    LLAMA(new Llama(), PLAIN, config -> config),
    LLAMA_UNTIED(new Llama(), PLAIN, ModelConfig::untied),
    LLAMA_BIASED(new Llama(), PLAIN, config -> config.withBiases(true, true, true)),
    LLAMA_BIASED_IN_PART(new Llama(), PLAIN, config -> config.withBiases(true, false, false)),
    LLAMA3(
        new Llama(),
        new Rope(500_000, Optional.of(new RopeScaling.Llama3(32, 1, 4, 8_192))),
        config -> config),
    LLAMA_LINEAR(
        new Llama(), new Rope(1e4, Optional.of(new RopeScaling.Linear(4))), config -> config),
    MISTRAL(new Mistral(), PLAIN, config -> config),
    QWEN2(new Qwen2(), PLAIN, config -> config.withBiases(true, false, false)),
    QWEN2_YARN(
        new Qwen2(),
        new Rope(
            1e6,
            Optional.of(
                new RopeScaling.Yarn(4, 32, 32, 1, GgufConfig.yarnAttentionFactor(4), true))),
        config -> config.withBiases(true, false, false)),
    QWEN3(new Qwen3(), PLAIN, config -> config),
    SMOLLM3(new SmolLm3(), PLAIN, config -> attending(config, GgufArchitecture.SMOLLM3)),
    GEMMA3(
        new Gemma3(),
        new Rope(1e6, Optional.of(new RopeScaling.Linear(8))),
        config -> attending(config, GgufArchitecture.GEMMA3));

    private final Family family;
    private final Rope rope;
    private final UnaryOperator<ModelConfig> particular;

    Model(Family family, Rope rope, UnaryOperator<ModelConfig> particular) {
      this.family = family;
      this.rope = rope;
      this.particular = particular;
    }

    ModelConfig config() {
      return particular.apply(config(family, family instanceof Qwen2 ? 8 : 16));
    }

    /** The same for another family. */
    ModelConfig config(Family other, int headDim) {
      return new ModelConfig(
          other,
          Golden.VOCABULARY,
          /* hiddenSize= */ 32,
          /* intermediateSize= */ 40,
          /* layers= */ 7,
          /* heads= */ 4,
          /* kvHeads= */ 2,
          headDim,
          1e-5,
          rope,
          /* tiedEmbeddings= */ true,
          /* attentionBias= */ false,
          /* outputBias= */ false,
          /* mlpBias= */ false,
          /* maxPositions= */ 128,
          /* initializerRange= */ 0.02);
    }

    private static ModelConfig attending(ModelConfig config, GgufArchitecture architecture) {
      return config.withAttention(
          architecture.attention(
              config.layers(),
              config.rope(),
              OptionalInt.of(5),
              new Rope(10_000, Optional.empty())),
          config.attentionScale());
    }
  }

  private Path saved(Model model, DType dtype) {
    Path directory = parent.resolve("original");
    Golden.save(directory, model.config(), dtype, Golden.tokenizer("qwen3"));
    return directory;
  }

  private Path there(Path directory, GgufType type) {
    Path file = parent.resolve("model.gguf");
    GgufExport.write(directory, file, Optional.of(type), Optional.empty());
    return file;
  }

  private Path andBack(Path file, DType dtype) {
    Path directory = parent.resolve("imported");
    try (GgufFile opened = GgufFile.open(file)) {
      GgufImport.of(opened, Optional.empty()).write(directory, dtype);
    }
    return directory;
  }

  @ParameterizedTest
  @EnumSource
  void theSameModelInFloat32(Model model) {
    Path original = saved(model, DType.FLOAT32);
    assertSame(model, original, andBack(there(original, GgufType.F32), DType.FLOAT32));
  }

  @ParameterizedTest
  @EnumSource
  void theSameModelInBfloat16(Model model) {
    Path original = saved(model, DType.BFLOAT16);
    assertSame(model, original, andBack(there(original, GgufType.BF16), DType.BFLOAT16));
  }

  private static void assertSame(Model model, Path original, Path imported) {
    ModelDirectory before = ModelDirectory.open(original);
    ModelDirectory after = ModelDirectory.open(imported);
    if (model != Model.MISTRAL) { // which comes back as a Llama
      assertThat(after.config()).isEqualTo(before.config());
    }
    assertThat(after.generation()).isEqualTo(before.generation());
    try (Transformer one = before.load(Optional.empty());
        Transformer other = after.load(Optional.empty())) {
      assertThat(other.dtype()).isEqualTo(one.dtype());
      Map<String, float[]> wanted = Golden.tensors(one);
      Map<String, float[]> found = Golden.tensors(other);
      assertThat(found.keySet()).isEqualTo(wanted.keySet());
      wanted.forEach((name, values) -> {
        if (model == Model.GEMMA3 && values.length <= 32) { // 1 is added and taken away again
          assertThat(found.get(name)).as(name).usingComparatorWithPrecision(1e-6f).contains(values);
        } else {
          assertThat(found.get(name)).as(name).isEqualTo(values);
        }
      });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LLAMA", "QWEN2"})
  void q8HasARoundingErrorOfLessThanAHundredth(Model model) {
    Path original = saved(model, DType.FLOAT32);
    Path imported = andBack(there(original, GgufType.Q8_0), DType.FLOAT32);
    try (Transformer one = ModelDirectory.open(original).load(Optional.empty());
        Transformer other = ModelDirectory.open(imported).load(Optional.empty())) {
      String name = "model.layers.0.self_attn.q_proj.weight";
      float[] wanted = Objects.requireNonNull(Golden.tensors(one).get(name));
      float[] found = Objects.requireNonNull(Golden.tensors(other).get(name));
      double largest = 0;
      double error = 0;
      for (int i = 0; i < wanted.length; i++) {
        largest = Math.max(largest, Math.abs(wanted[i]));
        error = Math.max(error, Math.abs(wanted[i] - found[i]));
      }
      assertThat(error).isPositive().isLessThan(largest / 200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void theSameTokens(String tokenizer) throws IOException {
    Path original = parent.resolve("original");
    Golden.save(original, Model.LLAMA.config(), DType.FLOAT32, Golden.tokenizer(tokenizer));
    Path imported = andBack(there(original, GgufType.F32), DType.FLOAT32);

    try (Tokenizer one = Tokenizer.load(original);
        Tokenizer other = Tokenizer.load(imported)) {
      for (String text : List.of("at the 12", " the\n\nthe <|im_start|>12, 12!", "a+b=c")) {
        assertThat(other.encodePrompt(text)).isEqualTo(one.encodePrompt(text));
      }
      assertThat(other.specialTokens()).isEqualTo(one.specialTokens());
      assertThat(other.chatTemplate()).isEqualTo(one.chatTemplate());
    }
    assertThat(Files.readString(imported.resolve("tokenizer.json")))
        .isEqualTo(Files.readString(original.resolve("tokenizer.json")));
  }

  /** By how much rows of a Llama move, with heads of four dimensions. */
  @Test
  void rowsOfQueriesAndKeysArePairedForLlama() {
    List<Integer> rows = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      float[] numbers = {0, 1, 2, 3, 4, 5, 6, 7}; // two heads
      Tensor tensor = Tensor.of(numbers, 8, 1);
      String name = "model.layers.0.self_attn.k_proj.weight";
      float[] stored = GgufArchitecture.LLAMA.stored(name, tensor, 4).toFloats();
      for (float each : stored) {
        rows.add((int) each);
      }
      assertThat(GgufArchitecture.QWEN2.stored(name, tensor, 4).toFloats()).isEqualTo(numbers);
      Tensor back = GgufArchitecture.LLAMA.published(name, Tensor.of(stored, 8, 1), 4);
      assertThat(back.toFloats()).isEqualTo(numbers);
    }
    assertThat(rows).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
  }

  @Test
  void llama3FactorsAreThoseOfTheDefinition() {
    RopeScaling.Llama3 scaling = new RopeScaling.Llama3(32, 1, 4, 8_192);
    float[] factors = RopeFactors.of(scaling, 500_000, 64);
    assertThat(factors).hasSize(32);
    assertThat(factors[0]).isEqualTo(1);
    assertThat(factors[31]).isCloseTo(32, within(1e-4f));
    assertThat(RopeFactors.read(parent, factors, 500_000, 64)).isEqualTo(scaling);
  }

  private void refused(Model model, UnaryOperator<ModelConfig> change, String... why) {
    Path directory = parent.resolve("refused");
    Golden.save(directory, change.apply(model.config()), DType.FLOAT32, Golden.tokenizer("qwen3"));
    Path file = parent.resolve("refused.gguf");
    Refused.of(
            directory, () -> GgufExport.write(directory, file, Optional.empty(), Optional.empty()))
        .contains(why);
    assertThat(file).doesNotExist();
  }

  @Test
  void whatLlamaCppComputesOtherwiseIsRefused() {
    refused(
        Model.MISTRAL,
        config ->
            config.withAttention(
                Collections.nCopies(7, new LayerAttention(Optional.of(PLAIN), OptionalInt.of(9))),
                config.attentionScale()),
        "sliding_window");
    refused(
        Model.QWEN2,
        _ -> Model.QWEN2.config(new Qwen2(), 16).withBiases(true, false, false),
        "head_dim is 16");
    refused(Model.QWEN3, config -> config.withBiases(true, true, false), "attention_bias");
    refused(
        Model.SMOLLM3,
        config -> config.withAttention(Model.LLAMA.config().attention(), config.attentionScale()),
        "no_rope_layers");
    refused(
        Model.GEMMA3,
        config -> config.withAttention(config.attention(), 0.125),
        "query_pre_attn_scalar");
  }

  @Test
  void aTokenizerThatGgufCannotDescribeIsRefused() {
    Path directory = parent.resolve("refused");
    Map<String, String> files = Golden.tokenizer("qwen3");
    files.computeIfPresent(
        "tokenizer.json",
        (_, text) -> text.replace("\"individual_digits\" : true", "\"individual_digits\" : false"));
    Golden.save(directory, Model.LLAMA.config(), DType.FLOAT32, files);
    Path file = parent.resolve("refused.gguf");
    Refused.of(
            directory.resolve("tokenizer.json"),
            () -> GgufExport.write(directory, file, Optional.empty(), Optional.empty()))
        .contains("pre_tokenizer", "llama-bpe");
    assertThat(file).doesNotExist();
  }

  /** "tekken" is as long as "smollm", so that the file stays whole. */
  private Path withAnUnknownPreTokenizer() throws IOException {
    String bytes = Files.readString(Golden.path("qwen3.gguf"), StandardCharsets.ISO_8859_1);
    Path file = parent.resolve("tekken.gguf");
    Files.writeString(file, bytes.replace("smollm", "tekken"), StandardCharsets.ISO_8859_1);
    return file;
  }

  @Test
  void aTokenizerThatIsNotKnownIsCopiedFromAnotherFile() throws IOException {
    Path original = saved(Model.QWEN3, DType.FLOAT32);
    Path other = withAnUnknownPreTokenizer();
    Path file = parent.resolve("copied.gguf");
    GgufExport.write(original, file, Optional.empty(), Optional.of(other));
    try (GgufFile copied = GgufFile.open(file);
        GgufFile source = GgufFile.open(other)) {
      GgufMetadata one = copied.metadata();
      GgufMetadata two = source.metadata();
      assertThat(one.text(GgufTokenizer.PRE)).contains("tekken");
      assertThat(one.texts(GgufTokenizer.TOKENS)).isEqualTo(two.texts(GgufTokenizer.TOKENS));
      assertThat(one.texts(GgufTokenizer.MERGES)).isEqualTo(two.texts(GgufTokenizer.MERGES));
      assertThat(one.wholes(GgufTokenizer.TYPES)).isPresent();
      assertThat(one.flag(GgufTokenizer.ADD_BOS)).isEqualTo(two.flag(GgufTokenizer.ADD_BOS));
      assertThat(one.whole("tokenizer.ggml.eos_token_id"))
          .isEqualTo(two.whole("tokenizer.ggml.eos_token_id"));
      assertThat(one.text(GgufTokenizer.TEMPLATE)).isEqualTo(two.text(GgufTokenizer.TEMPLATE));
      Refused.of(file, () -> GgufImport.of(copied, Optional.empty())).contains("tekken");
      GgufImport.of(copied, Optional.of(original)); // is not refused
    }
  }

  @Test
  void aTokenizerOfAnotherModelIsNotCopied() throws IOException {
    Path original = saved(Model.QWEN3, DType.FLOAT32);
    Path tokens = original.resolve("tokenizer.json");
    Files.writeString(tokens, Files.readString(tokens).replace("\"<|im_end|>\"", "\"<|end|>\""));
    Files.delete(original.resolve("checksums.json"));
    Path other = Golden.path("qwen3.gguf");
    Path file = parent.resolve("refused.gguf");
    Refused.of(other, () -> GgufExport.write(original, file, Optional.empty(), Optional.of(other)))
        .contains("tokenizer.ggml.tokens has the token \"<|im_end|>\" at 53");
    assertThat(file).doesNotExist();
  }

  /** The last tensor is refused after the others have been written. */
  @Test
  void aNumberThatHalfPrecisionCannotHoldLeavesNoFile() throws IOException {
    Path original = parent.resolve("original");
    try (Transformer model =
            Transformer.create(Model.LLAMA_UNTIED.config(), DType.FLOAT32, /* seed= */ 3);
        Gradients off = Gradients.off();
        Scope scope = Scope.open()) {
      NamedView head = model.views().getLast();
      head.tensor().fillInPlace(70_000);
      ModelWriter.save(original, model, List.of(53L), Golden.tokenizer("qwen3"));
    }
    Path file = parent.resolve("model.gguf");
    Refused.of(
            original,
            () -> GgufExport.write(original, file, Optional.of(GgufType.F16), Optional.empty()))
        .contains("lm_head.weight contains 70000.0", "--type bf16 or f32");
    try (var left = Files.list(parent)) {
      assertThat(left.toList()).containsExactly(original);
    }
    GgufExport.write(original, file, Optional.of(GgufType.Q8_0), Optional.empty());
    assertThat(file).exists();
  }
}
