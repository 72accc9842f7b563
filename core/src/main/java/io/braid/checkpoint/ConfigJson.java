package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.Family;
import io.braid.model.ModelConfig.Llama3Scaling;
import io.braid.model.ModelConfig.Rope;
import io.braid.tensor.DType;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hugging Face's {@code config.json}, both ways. Rotary settings are read in the older form ({@code
 * rope_theta}, {@code rope_scaling}) and in the newer one ({@code rope_parameters}), and written in
 * the older, which every version reads.
 */
final class ConfigJson {
  /**
   * Braid's own key, which others do not read: {@code attention_bias} without a bias on the output
   * projection. The files then hold zeros for it ({@link SilentBias}).
   */
  static final String OUTPUT_BIAS = "attention_out_bias";

  private final JsonNode json;

  private ConfigJson(JsonNode json) {
    this.json = json;
  }

  /**
   * The config that a file holds.
   *
   * @throws UserError when it cannot be, naming the file
   */
  static ModelConfig read(Path file, JsonNode json) {
    try {
      return new ConfigJson(json).config();
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private ModelConfig config() {
    Family family = family();
    refuseWhatWouldBeIgnored();
    int hidden = whole("hidden_size");
    int heads = whole("num_attention_heads");
    boolean bias = flag("attention_bias", false);
    return new ModelConfig(
        family,
        whole("vocab_size"),
        hidden,
        whole("intermediate_size"),
        whole("num_hidden_layers"),
        heads,
        present("num_key_value_heads") ? whole("num_key_value_heads") : heads,
        present("head_dim") ? whole("head_dim") : defaultHeadDim(family, hidden, heads),
        number(json, "rms_norm_eps", 1e-6),
        rope(),
        flag("tie_word_embeddings", false),
        family == Family.QWEN2 || bias,
        family != Family.QWEN2 && bias && flag(OUTPUT_BIAS, true),
        flag("mlp_bias", false),
        whole("max_position_embeddings"),
        number(json, "initializer_range", 0.02));
  }

  private static int defaultHeadDim(Family family, int hidden, int heads) {
    return family == Family.QWEN3 ? 128 : hidden / Math.max(1, heads);
  }

  private Family family() {
    String type = json.path("model_type").asString("");
    return switch (type) {
      case "llama" -> Family.LLAMA;
      case "qwen2" -> Family.QWEN2;
      case "qwen3" -> Family.QWEN3;
      default ->
          throw new UserError(
              "model_type is %s; Braid knows llama, qwen2 and qwen3"
                  .formatted(type.isEmpty() ? "missing" : "\"" + type + "\""));
    };
  }

  /** A setting that changes the computation and is not known here must not pass in silence. */
  private void refuseWhatWouldBeIgnored() {
    String activation = json.path("hidden_act").asString("silu");
    if (!activation.equals("silu")) {
      throw new UserError("hidden_act is \"%s\"; only silu is known".formatted(activation));
    }
    if (flag("use_sliding_window", false)) {
      throw new UserError(
          "use_sliding_window is on; only full attention is known. Set it to false.");
    }
    if (present("quantization_config")) {
      throw new UserError(
          "the weights are quantized (quantization_config); use the unquantized model");
    }
  }

  private Rope rope() {
    JsonNode newer = json.path("rope_parameters");
    JsonNode settings = newer.isObject() ? newer : json.path("rope_scaling");
    double theta = number(newer.isObject() ? newer : json, "rope_theta", 10_000);
    if (!settings.isObject()) {
      return new Rope(theta, Optional.empty());
    }
    String type = settings.path("rope_type").asString(settings.path("type").asString("default"));
    return switch (type) {
      case "default" -> new Rope(theta, Optional.empty());
      case "llama3" ->
          new Rope(
              theta,
              Optional.of(
                  new Llama3Scaling(
                      number(settings, "factor", 8),
                      number(settings, "low_freq_factor", 1),
                      number(settings, "high_freq_factor", 4),
                      (int) number(settings, "original_max_position_embeddings", 8192))));
      default ->
          throw new UserError(
              "rope type \"%s\" is not known; default and llama3 are".formatted(type));
    };
  }

  private boolean present(String key) {
    return json.hasNonNull(key);
  }

  private int whole(String key) {
    JsonNode node = json.path(key);
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw new UserError(
          "%s must be a whole number; it is %s"
              .formatted(key, node.isMissingNode() ? "missing" : node.toString()));
    }
    return node.asInt();
  }

  private double number(JsonNode parent, String key, double otherwise) {
    JsonNode node = parent.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isNumber()) {
      throw new UserError("%s must be a number; it is %s".formatted(key, node));
    }
    return node.asDouble();
  }

  private boolean flag(String key, boolean otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isBoolean()) {
      throw new UserError("%s must be true or false; it is %s".formatted(key, node));
    }
    return node.asBoolean();
  }

  /** The config of a model that has none yet. */
  static ObjectNode write(ModelConfig config) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.putArray("architectures").add(architecture(config.family()));
    json.put("model_type", config.family().name().toLowerCase(Locale.ROOT));
    json.put("vocab_size", config.vocabSize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.kvHeads());
    json.put("head_dim", config.headDim());
    json.put("hidden_act", "silu");
    json.put("rms_norm_eps", config.rmsNormEps());
    json.put("rope_theta", config.rope().theta());
    config
        .rope()
        .scaling()
        .ifPresent(scaling ->
            json.putObject("rope_scaling")
                .put("rope_type", "llama3")
                .put("factor", scaling.factor())
                .put("low_freq_factor", scaling.lowFrequencyFactor())
                .put("high_freq_factor", scaling.highFrequencyFactor())
                .put("original_max_position_embeddings", scaling.originalMaxPositions()));
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    if (config.family() != Family.QWEN2) {
      json.put("attention_bias", config.attentionBias());
      if (SilentBias.isNeeded(config)) {
        json.put(OUTPUT_BIAS, false);
      }
    }
    if (config.family() == Family.LLAMA) {
      json.put("mlp_bias", config.mlpBias());
    } else {
      json.put("use_sliding_window", false);
    }
    json.put("max_position_embeddings", config.maxPositions());
    json.put("initializer_range", config.initializerRange());
    json.put("use_cache", true);
    return json;
  }

  private static String architecture(Family family) {
    return switch (family) {
      case LLAMA -> "LlamaForCausalLM";
      case QWEN2 -> "Qwen2ForCausalLM";
      case QWEN3 -> "Qwen3ForCausalLM";
    };
  }

  static String name(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "float32";
      case BFLOAT16 -> "bfloat16";
      case FLOAT16 -> "float16";
      case FLOAT64 -> "float64";
      case INT64, INT32, INT8, UINT8, BOOL ->
          throw new IllegalArgumentException("no model has weights of " + dtype);
    };
  }
}
