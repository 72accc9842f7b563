package io.braid.gguf;

import io.braid.Notices;
import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.NamedView;
import io.braid.model.PublishedTensor;
import io.braid.model.RopeScaling;
import io.braid.model.Transformer;
import io.braid.model.family.Mistral;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Converts a Hugging Face model directory to a GGUF file, for llama.cpp and Ollama. */
public final class GgufExport {
  /** The supported types of matrices. */
  public static final List<GgufType> TYPES =
      List.of(GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0);

  private static final Map<GgufType, Integer> FILE_TYPES =
      Map.of(GgufType.F32, 0, GgufType.F16, 1, GgufType.Q8_0, 7, GgufType.BF16, 32);

  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 8; // of an array

  private final ModelDirectory directory;
  private final ModelConfig config;
  private final GgufArchitecture architecture;
  private final GgufWriter writer = new GgufWriter();

  private GgufExport(ModelDirectory directory, ModelConfig config) {
    this.directory = directory;
    this.config = config;
    this.architecture = GgufArchitecture.of(directory.path(), config);
  }

  /**
   * Returns the type with a name such as {@code q8_0}.
   *
   * @throws UserError if it is not one of {@link #TYPES}
   */
  public static GgufType type(String word) {
    return TYPES.stream()
        .filter(each -> each.word().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "--type: %s is not written; choose %s"
                    .formatted(
                        word,
                        TYPES.stream().map(GgufType::word).collect(Collectors.joining(", ")))));
  }

  /**
   * Writes a model directory as a GGUF file, atomically.
   *
   * @param type type of the matrices; by default the type of the weights. Vectors are always
   *     float32
   * @param tokenizer a GGUF file whose tokenizer is copied, apart from its chat template; its
   *     tokens must be the same as in the model directory
   * @return the type of the matrices
   * @throws UserError if llama.cpp would compute something different, or tokenize text differently
   */
  public static GgufType write(
      Path model, Path file, Optional<GgufType> type, Optional<Path> tokenizer) {
    ModelDirectory directory = ModelDirectory.open(model);
    new GgufExport(directory, directory.config())
        .writeSettings(GgufType.F32, tokenizer); // refuses before the weights are read
    try (Transformer weights = directory.load(Optional.empty())) {
      GgufType matrices = type.orElseGet(() -> stored(weights.dtype()));
      new GgufExport(directory, weights.config()).write(weights, matrices, tokenizer, file);
      return matrices;
    }
  }

  private static GgufType stored(DType dtype) {
    return switch (dtype) {
      case BFLOAT16 -> GgufType.BF16;
      case FLOAT16 -> GgufType.F16;
      default -> GgufType.F32;
    };
  }

  private void write(Transformer weights, GgufType type, Optional<Path> tokenizer, Path file) {
    writeSettings(type, tokenizer);
    addTensors(weights, type);
    if (config.family() instanceof Mistral) {
      Notices.say(
          "%s: GGUF has one architecture for Llama and Mistral; imported again, the model is a Llama, which computes the same"
              .formatted(directory.path()));
    }
    writer.write(file);
  }

  private void writeSettings(GgufType type, Optional<Path> tokenizer) {
    writer.text("general.architecture", architecture.word());
    writer.text("general.type", "model");
    Path name = directory.path().toAbsolutePath().normalize().getFileName();
    writer.text("general.name", name == null ? "model" : name.toString());
    writer.whole("general.file_type", FILE_TYPES.getOrDefault(type, 0));
    writer.whole("general.quantization_version", 2);
    writeConfig();
    if (tokenizer.isPresent()) {
      copyTokenizer(tokenizer.get());
    } else {
      new GgufVocabulary(directory, config.vocabSize()).write(writer);
    }
  }

  private void copyTokenizer(Path from) {
    try (GgufFile other = GgufFile.open(from);
        Tokenizer own = Tokenizer.load(directory.path())) {
      GgufTokenizer.copy(other.metadata(), own, config.vocabSize(), writer);
      own.chatTemplate().ifPresent(text -> writer.text(GgufTokenizer.TEMPLATE, text));
    }
  }

  // ---- settings -------------------------------------------------------------------------------

  private void writeConfig() {
    whole("vocab_size", config.vocabSize());
    whole("context_length", config.maxPositions());
    whole("embedding_length", config.hiddenSize());
    whole("block_count", config.layers());
    whole("feed_forward_length", config.intermediateSize());
    whole("attention.head_count", config.heads());
    whole("attention.head_count_kv", config.kvHeads());
    whole("attention.key_length", config.headDim());
    whole("attention.value_length", config.headDim());
    whole("rope.dimension_count", config.headDim());
    number("attention.layer_norm_rms_epsilon", config.rmsNormEps());
    number("rope.freq_base", config.rope().theta());
    config.rope().scaling().ifPresent(this::writeScaling);
    if (architecture == GgufArchitecture.GEMMA3) {
      writeWindow();
    }
  }

  private void writeWindow() {
    for (LayerAttention each : config.attention()) {
      if (each.window().isPresent()) {
        whole("attention.sliding_window", each.window().getAsInt());
        Rope local = each.rope().orElse(config.rope());
        if (local.theta() != 10_000 || local.scaling().isPresent()) {
          number("rope.freq_base_swa", local.theta());
        }
        return;
      }
    }
    whole("attention.sliding_window", config.maxPositions());
  }

  private void writeScaling(RopeScaling scaling) {
    String type = "rope.scaling.type";
    switch (scaling) {
      case RopeScaling.Dynamic _ -> {} // changes nothing within the context
      case RopeScaling.Linear linear -> {
        text(type, "linear");
        number("rope.scaling.factor", linear.factor());
      }
      case RopeScaling.Llama3 llama3 -> addFactors(llama3);
      case RopeScaling.Yarn yarn -> {
        double attention = GgufConfig.yarnAttentionFactor(yarn.factor());
        if (!yarn.truncate() || Math.abs(yarn.attentionFactor() / attention - 1) > 1e-6) {
          throw new UserError(
              "%s: rope_scaling: llama.cpp computes YaRN with truncate true and attention_factor %s"
                  .formatted(directory.path(), attention));
        }
        text(type, "yarn");
        number("rope.scaling.factor", yarn.factor());
        whole("rope.scaling.original_context_length", Math.round(yarn.originalMaxPositions()));
        if (yarn.betaFast() != 32 || yarn.betaSlow() != 1) {
          number("rope.scaling.yarn_beta_fast", yarn.betaFast());
          number("rope.scaling.yarn_beta_slow", yarn.betaSlow());
        }
      }
    }
  }

  /**
   * Writes Llama 3's rotary settings as a tensor of factors, which llama.cpp reads only for Llama.
   */
  private void addFactors(RopeScaling.Llama3 scaling) {
    if (architecture != GgufArchitecture.LLAMA) {
      throw new UserError(
          "%s: rope_scaling: llama.cpp reads llama3 scaling for Llama only, not for %s"
              .formatted(directory.path(), architecture.word()));
    }
    double theta = config.rope().theta();
    float[] factors = RopeFactors.of(scaling, theta, config.headDim());
    writer.tensor(RopeFactors.TENSOR, GgufType.F32, List.of((long) factors.length), () -> factors);
  }

  private void text(String key, String value) {
    writer.text(architecture.word() + "." + key, value);
  }

  private void whole(String key, long value) {
    writer.whole(architecture.word() + "." + key, value);
  }

  private void number(String key, double value) {
    writer.number(architecture.word() + "." + key, value);
  }

  // ---- tensors --------------------------------------------------------------------------------

  private void addTensors(Transformer weights, GgufType type) {
    Map<String, NamedView> views =
        weights.views().stream().collect(Collectors.toMap(NamedView::name, Function.identity()));
    for (PublishedTensor each : PublishedTensor.of(config)) {
      GgufType written = each.shape().size() == 1 ? GgufType.F32 : fitting(type, each);
      NamedView view = Objects.requireNonNull(views.get(each.name()));
      if (each.elements() > MOST_ELEMENTS) {
        throw new UserError(
            "%s: the tensor %s has %s elements; at most %s can be written"
                .formatted(directory.path(), each.name(), each.elements(), MOST_ELEMENTS));
      }
      writer.tensor(
          architecture.tensor(each.name()),
          written,
          each.shape(),
          () -> elements(each, view, written));
    }
  }

  /**
   * Returns the type for a tensor. Q8_0 requires rows of whole blocks; other tensors are written in
   * half precision, as in llama.cpp.
   */
  private GgufType fitting(GgufType type, PublishedTensor tensor) {
    if (tensor.shape().getLast() % type.blockElements() == 0) {
      return type;
    }
    Notices.say(
        "%s: some matrices have rows that are no multiple of %s elements and are written as f16 instead of %s"
            .formatted(directory.path(), type.blockElements(), type.word()));
    return GgufType.F16;
  }

  private float[] elements(PublishedTensor tensor, NamedView view, GgufType type) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor elements = view.tensor().detach();
      if (tensor.offset() != 0) {
        elements = elements.to(DType.FLOAT32).plus(tensor.offset());
      }
      float[] values = architecture.stored(tensor.name(), elements, config.headDim()).toFloats();
      if (type == GgufType.F16 || type == GgufType.Q8_0) {
        checkRange(tensor.name(), values, type);
      }
      return values;
    }
  }

  private void checkRange(String name, float[] values, GgufType type) {
    float most = type == GgufType.F16 ? Quantization.LARGEST_HALF : Quantization.LARGEST_HALF * 127;
    for (float value : values) {
      if (!(Math.abs(value) <= most)) {
        throw new UserError(
            "%s: the tensor %s contains %s, which %s cannot hold; use --type bf16 or f32"
                .formatted(directory.path(), name, value, type.word()));
      }
    }
  }
}
