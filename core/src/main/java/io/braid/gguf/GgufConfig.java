package io.braid.gguf;

import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.PublishedTensor;
import io.braid.model.RopeScaling;
import io.braid.tensor.Scope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads a model's configuration from GGUF metadata. An unknown key of the architecture is refused,
 * since it may affect the computation.
 */
final class GgufConfig {
  private static final int MOST_LAYERS = 10_000;
  private static final double USUAL_THETA = 10_000; // llama.cpp's
  private static final int USUAL_LOCAL_THETA = 10_000; // llama.cpp's for Gemma 3

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final GgufArchitecture architecture;

  /** An architecture and its configuration. */
  record Read(GgufArchitecture architecture, ModelConfig config) {}

  private GgufConfig(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
    String word =
        metadata
            .text("general.architecture")
            .orElseThrow(() -> metadata.missing("general.architecture"));
    this.architecture =
        GgufArchitecture.named(word)
            .orElseThrow(() ->
                metadata.refused(
                    "general.architecture",
                    "is \"%s\"; Braid reads %s".formatted(word, GgufArchitecture.names())));
  }

  /**
   * Reads the configuration.
   *
   * @throws UserError if a key is missing, contradicts others or is not supported; the error names
   *     the key
   */
  static Read read(GgufFile file) {
    GgufConfig reader = new GgufConfig(file);
    return new Read(reader.architecture, reader.config());
  }

  private ModelConfig config() {
    int layers = positive("block_count", MOST_LAYERS);
    int hidden = positive("embedding_length", Integer.MAX_VALUE);
    int heads = positive("attention.head_count", Integer.MAX_VALUE);
    int kvHeads =
        metadata.has(key("attention.head_count_kv"))
            ? positive("attention.head_count_kv", Integer.MAX_VALUE)
            : heads;
    int headDim = headDim(hidden, heads);
    int context = positive("context_length", Integer.MAX_VALUE);
    double theta = above0("rope.freq_base", USUAL_THETA);
    Rope rope = new Rope(theta, scaling(theta, headDim));
    refuseExperts();
    int vocabulary = vocabulary();
    int intermediate = positive("feed_forward_length", Integer.MAX_VALUE);
    double epsilon = above0("attention.layer_norm_rms_epsilon", Double.NaN);
    boolean bias = hasBias("self_attn.q_proj");
    List<LayerAttention> attention = attention(layers, rope, context);
    refuseUnknownKeys();
    try {
      return new ModelConfig(
          architecture.family(),
          vocabulary,
          hidden,
          intermediate,
          layers,
          heads,
          kvHeads,
          headDim,
          epsilon,
          rope,
          /* tiedEmbeddings= */ file.find(architecture.tensor(PublishedTensor.HEAD)).isEmpty(),
          architecture == GgufArchitecture.QWEN2 || bias,
          bias && hasBias("self_attn.o_proj"),
          hasBias("mlp.up_proj"),
          extended(context, rope),
          /* initializerRange= */ 0.02,
          attention,
          architecture.scale(layers, hidden, heads, headDim),
          Optional.empty());
    } catch (UserError e) { // numbers that do not fit each other
      throw new UserError(file.path() + ": " + e.getMessage(), e);
    }
  }

  private String key(String name) {
    return architecture.word() + "." + name;
  }

  /** Returns YaRN's context length, which may exceed the original one. */
  private static int extended(int context, Rope rope) {
    return rope.scaling().orElse(null) instanceof RopeScaling.Yarn yarn
        ? (int)
            Math.max(
                context, Math.min(yarn.factor() * yarn.originalMaxPositions(), Integer.MAX_VALUE))
        : context;
  }

  /** Returns whether a projection has a bias; in llama.cpp, biases are optional only for Llama. */
  private boolean hasBias(String module) {
    return architecture == GgufArchitecture.LLAMA
        && file.find(architecture.tensor("model.layers.0." + module + ".bias")).isPresent();
  }

  private int vocabulary() {
    GgufFile.Stored embedding =
        file.find(architecture.tensor(PublishedTensor.EMBEDDING))
            .orElseThrow(() ->
                new UserError(
                    "%s: contains no tensor token_embd.weight, so it is not a whole model; a LoRA adapter or an image projector cannot be imported"
                        .formatted(file.path())));
    long rows = embedding.shape().getFirst();
    OptionalLong told = metadata.whole(key("vocab_size"));
    if (rows > Integer.MAX_VALUE || (told.isPresent() && told.getAsLong() != rows)) {
      throw metadata.refused(
          key("vocab_size"),
          "is %s, but token_embd.weight has %s rows".formatted(told.orElse(rows), rows));
    }
    return (int) rows;
  }

  private int headDim(int hidden, int heads) {
    String key = key("attention.key_length");
    int headDim =
        metadata.has(key)
            ? positive("attention.key_length", Integer.MAX_VALUE)
            : hidden / Math.max(1, heads);
    for (String same :
        List.of(
            "attention.value_length",
            "rope.dimension_count",
            "attention.key_length_swa",
            "attention.value_length_swa",
            "rope.dimension_count_swa")) {
      OptionalLong other = metadata.whole(key(same));
      if (other.isPresent() && other.getAsLong() != headDim) {
        throw metadata.refused(
            key(same),
            "is %s, but a head has %s dimensions; heads of different widths and partly rotated heads are not supported"
                .formatted(other.getAsLong(), headDim));
      }
    }
    return headDim;
  }

  // ---- rotary positions and windows -----------------------------------------------------------

  private Optional<RopeScaling> scaling(double theta, int headDim) {
    String key = key("rope.scaling.type");
    String type = metadata.text(key).orElse("none");
    Optional<RopeScaling> scaling =
        switch (type) {
          case "none" -> Optional.empty();
          case "linear" -> Optional.of(new RopeScaling.Linear(above0(factor(), Double.NaN)));
          case "yarn" -> Optional.of(yarn());
          default ->
              throw metadata.refused(
                  key, "is \"%s\"; none, linear and yarn are supported".formatted(type));
        };
    metadata.flag(key("rope.scaling.finetuned")); // changes nothing
    if (type.equals("none")) {
      for (String unused : List.of(factor(), "rope.scaling.original_context_length")) {
        metadata.number(key(unused)); // without a type, llama.cpp does not use them
      }
    }
    Optional<GgufFile.Stored> factors = file.find(RopeFactors.TENSOR);
    if (factors.isEmpty()) {
      return scaling;
    }
    if (scaling.isPresent() || headDim % 2 != 0 || factors.get().elements() != headDim / 2) {
      throw new UserError(
          "%s: the tensor %s does not fit the heads' width or %s"
              .formatted(file.path(), RopeFactors.TENSOR, key));
    }
    try (Scope scope = Scope.open()) {
      float[] values = file.tensor(factors.get()).toFloats();
      return Optional.of(RopeFactors.read(file.path(), values, theta, headDim));
    }
  }

  private static String factor() {
    return "rope.scaling.factor";
  }

  private RopeScaling yarn() {
    for (String one : List.of("rope.scaling.attn_factor", "rope.scaling.yarn_attn_factor")) {
      refuseOtherThan(1, one);
    }
    for (String unsupported :
        List.of("rope.scaling.yarn_log_multiplier", "rope.scaling.yarn_ext_factor")) {
      refuseOtherThan(unsupported.endsWith("ext_factor") ? 1 : 0, unsupported);
    }
    double factor = above0(factor(), Double.NaN);
    return new RopeScaling.Yarn(
        factor,
        above0("rope.scaling.original_context_length", Double.NaN),
        above0("rope.scaling.yarn_beta_fast", 32),
        above0("rope.scaling.yarn_beta_slow", 1),
        yarnAttentionFactor(factor),
        /* truncate= */ true);
  }

  /** Returns llama.cpp's factor of cosines and sines with YaRN. */
  static double yarnAttentionFactor(double factor) {
    return factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1;
  }

  private void refuseOtherThan(double neutral, String name) {
    double value = metadata.number(key(name)).orElse(neutral);
    if (value != neutral) {
      throw metadata.refused(key(name), "is %s, which is not supported".formatted(value));
    }
  }

  private List<LayerAttention> attention(int layers, Rope rope, int context) {
    if (architecture != GgufArchitecture.GEMMA3) {
      long window = metadata.whole(key("attention.sliding_window")).orElse(0);
      if (window > 0 && window < context) {
        throw metadata.refused(
            key("attention.sliding_window"),
            "is %s; a sliding window is supported for gemma3 only".formatted(window));
      }
      return architecture.attention(layers, rope, OptionalInt.empty(), rope);
    }
    refuseOtherThan(6, "attention.sliding_window_pattern");
    OptionalInt window = OptionalInt.of(positive("attention.sliding_window", Integer.MAX_VALUE));
    Rope local = new Rope(above0("rope.freq_base_swa", USUAL_LOCAL_THETA), Optional.empty());
    return architecture.attention(layers, rope, window, local);
  }

  // ---- keys -----------------------------------------------------------------------------------

  private void refuseExperts() {
    for (String name : List.of("expert_count", "expert_used_count")) {
      if (metadata.whole(key(name)).orElse(0) != 0) {
        throw metadata.refused(key(name), "is not 0; a mixture of experts is not supported");
      }
    }
  }

  private void refuseUnknownKeys() {
    metadata.text(key("tensor_data_layout")); // describes how an old converter was called
    if (!metadata.flag(key("attention.causal")).orElse(true)) {
      throw metadata.refused(key("attention.causal"), "is false, which is not supported");
    }
    for (String each : metadata.unasked()) {
      if (each.startsWith(architecture.word() + ".")) {
        throw metadata.refused(
            each,
            "is not known for %s and may change what the model computes; take the original model in the Hugging Face format"
                .formatted(architecture.word()));
      }
    }
  }

  private int positive(String name, int most) {
    String key = key(name);
    long number = metadata.whole(key).orElseThrow(() -> metadata.missing(key));
    if (number < 1 || number > most) {
      throw metadata.refused(key, "is %s; it must be from 1 to %s".formatted(number, most));
    }
    return (int) number;
  }

  /**
   * Reads a number above 0.
   *
   * @param otherwise the value of a missing key; NaN if the key is required
   */
  private double above0(String name, double otherwise) {
    String key = key(name);
    double number = metadata.number(key).orElse(otherwise);
    if (Double.isNaN(number)) {
      throw metadata.missing(key);
    }
    if (!(number > 0)) {
      throw metadata.refused(key, "is %s; it must be above 0".formatted(number));
    }
    return number;
  }
}
