package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.Family;
import io.braid.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hugging Face's {@code config.json}, both ways. {@link ConfigKey} lists the keys, {@link RopeJson}
 * knows the rotary settings. A key is read as transformers 5 reads it; one that would change what
 * is computed and is not known here is refused, and whatever else is not used is said.
 */
final class ConfigJson {
  /**
   * Braid's own key, which others do not read: {@code attention_bias} without a bias on the output
   * projection. The files then hold zeros for it ({@link SilentBias}).
   */
  static final String OUTPUT_BIAS = "attention_out_bias";

  private static final int LONGEST_LIST = 20;

  private final JsonNode json;
  private final Family family;
  private final List<String> notes = new ArrayList<>();

  /**
   * What a file holds.
   *
   * @param notes what the user should know of it
   */
  record Read(ModelConfig config, List<String> notes) {}

  private ConfigJson(JsonNode json) {
    this.json = json;
    this.family = family(json);
  }

  /**
   * The config that a file holds.
   *
   * @throws UserError when it cannot be, naming the file
   */
  static Read read(Path file, JsonNode json) {
    try {
      ConfigJson reader = new ConfigJson(json);
      ModelConfig config = reader.config();
      return new Read(config, reader.notes.stream().map(note -> file + ": " + note).toList());
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private ModelConfig config() {
    refuseWhatWouldBeIgnored();
    int vocabulary = whole("vocab_size");
    int hidden = whole("hidden_size");
    int heads = whole("num_attention_heads");
    int layers = whole("num_hidden_layers");
    RopeJson.Read rope = RopeJson.read(json, whole("max_position_embeddings"), notes);
    boolean bias = flag("attention_bias");
    ModelConfig config =
        new ModelConfig(
            family,
            vocabulary,
            hidden,
            whole("intermediate_size"),
            layers,
            heads,
            kvHeads(heads),
            headDim(hidden, heads),
            number("rms_norm_eps", 1e-6),
            rope.rope(),
            flag("tie_word_embeddings"),
            family == Family.QWEN2 || bias,
            family != Family.QWEN2 && bias && flag(OUTPUT_BIAS, /* otherwise= */ true),
            flag("mlp_bias"),
            SlidingLayers.read(json, family, layers).context(rope.context(), notes),
            number("initializer_range", 0.02));
    if (family == Family.LLAMA && hidden % heads != 0) {
      throw new UserError(
          "hidden_size %s is no multiple of num_attention_heads %s".formatted(hidden, heads));
    }
    checkTokens(vocabulary);
    sayWhatIsNotUsed();
    return config;
  }

  private static Family family(JsonNode json) {
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

  /** Qwen's classes say 32 where the key is missing; null is as many as there are queries. */
  private int kvHeads(int heads) {
    String key = "num_key_value_heads";
    if (json.path(key).isNull() || (family == Family.LLAMA && !json.has(key))) {
      return heads;
    }
    return json.has(key) ? whole(key) : 32;
  }

  private int headDim(int hidden, int heads) {
    if (json.hasNonNull("head_dim") || (json.has("head_dim") && family != Family.LLAMA)) {
      return whole("head_dim");
    }
    return family == Family.QWEN3 ? 128 : hidden / Math.max(1, heads);
  }

  // ---- what must not pass in silence ----------------------------------------------------------

  private void refuseWhatWouldBeIgnored() {
    String activation = json.path("hidden_act").isMissingNode() ? "silu" : text("hidden_act");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw new UserError("hidden_act is \"%s\"; only silu is known".formatted(activation));
    }
    refuseQuantized();
    for (ConfigKey key : ConfigKey.KNOWN) {
      if (key.role() == ConfigKey.Role.REFUSED && !isOff(json.path(key.name()), key.off())) {
        throw new UserError(
            "%s is %s (%s), which is not known here"
                .formatted(key.name(), shortened(json.path(key.name())), key.meaning()));
      }
    }
    checkArchitectures();
  }

  private void refuseQuantized() {
    for (String key : List.of("quantization_config", "compression_config")) {
      if (json.hasNonNull(key)) {
        throw new UserError("the weights are quantized (" + key + "); use the unquantized model");
      }
    }
    if (json.hasNonNull("quantization")) {
      throw new UserError(
          "the weights are quantized for MLX (quantization); use the model that they were made"
              + " from");
    }
  }

  /** The classes of a family have its name, whatever they do with what it computes. */
  private void checkArchitectures() {
    JsonNode node = json.path("architectures");
    String name = family.name().toLowerCase(Locale.ROOT);
    for (JsonNode each : node.isArray() ? node : List.of(node)) {
      if (!each.isString()) {
        continue;
      }
      String architecture = each.asString();
      String rest =
          architecture.toLowerCase(Locale.ROOT).startsWith(name)
              ? architecture.substring(name.length())
              : "?";
      if (!rest.matches("(For|Model|LMHead|PreTrained).*")) {
        throw new UserError(
            "architectures names %s, but model_type is \"%s\"; write %s there if the weights are %s's"
                .formatted(architecture, name, architecture(family), name));
      }
      if (!rest.equals("ForCausalLM") && !rest.equals("Model")) {
        notes.add("architectures names %s; it is read as a language model".formatted(architecture));
      }
    }
  }

  private void checkTokens(int vocabulary) {
    JsonNode pad = json.path("pad_token_id");
    if (!pad.isMissingNode() && !pad.isNull()) {
      int id = whole("pad_token_id");
      if (id >= vocabulary || id < -vocabulary) {
        throw new UserError(
            "pad_token_id %s is not in the vocabulary of %s (vocab_size); null is no such token"
                .formatted(id, vocabulary));
      }
    }
    for (String key : List.of("bos_token_id", "eos_token_id")) {
      for (long id : TokenIds.read(key, json.path(key))) {
        if (id < 0 || id >= vocabulary) {
          notes.add(
              "%s %s is not in the vocabulary of %s, so it is never met"
                  .formatted(key, id, vocabulary));
        }
      }
    }
  }

  private void sayWhatIsNotUsed() {
    List<String> unknown = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = entry.getKey();
      Optional<ConfigKey> key = ConfigKey.named(name);
      if (key.isEmpty() && !ConfigKey.isHarmless(name)) {
        unknown.add(name);
      } else if (key.isPresent()
          && !key.get().families().contains(family)
          && !isOff(entry.getValue(), ConfigKey.Off.EMPTY)) {
        others.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      notes.add("keys that are not known, ignored: " + listed(unknown));
    }
    if (!others.isEmpty()) {
      notes.add(
          "%s has no such keys, ignored: %s"
              .formatted(family.name().toLowerCase(Locale.ROOT), listed(others)));
    }
    JsonNode dropout = json.path("attention_dropout");
    if (dropout.isNumber() && dropout.asDouble() > 0) {
      notes.add("attention_dropout is %s; training uses none".formatted(dropout));
    }
    if (json.hasNonNull("auto_map")) {
      notes.add("auto_map names code of the model's own, which is not run");
    }
  }

  private static String listed(List<String> names) {
    String list = String.join(", ", names.subList(0, Math.min(LONGEST_LIST, names.size())));
    int more = names.size() - LONGEST_LIST;
    return more > 0 ? list + " and %s more".formatted(more) : list;
  }

  private static String shortened(JsonNode node) {
    String text = node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static boolean isOff(JsonNode node, ConfigKey.Off off) {
    if (node.isMissingNode() || node.isNull()) {
      return true;
    }
    return switch (off) {
      case NULL -> false;
      case EMPTY -> isEmpty(node);
      case ONE -> isEmpty(node) || (node.isNumber() && node.asDouble() == 1);
    };
  }

  private static boolean isEmpty(JsonNode node) {
    return (node.isBoolean() && !node.asBoolean())
        || (node.isNumber() && node.asDouble() == 0)
        || ((node.isContainer() || node.isString())
            && node.isEmpty()
            && node.asString("").isEmpty());
  }

  // ---- values ---------------------------------------------------------------------------------

  private int whole(String key) {
    JsonNode node = json.path(key);
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw new UserError("%s must be a whole number; it is %s".formatted(key, shown(node)));
    }
    return node.asInt();
  }

  private double number(String key, double otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode()) {
      return otherwise;
    }
    if (!node.isFloatingPointNumber() || !Double.isFinite(node.asDouble())) {
      throw new UserError(
          "%s must be a number with a decimal point; it is %s".formatted(key, shown(node)));
    }
    return node.asDouble();
  }

  private boolean flag(String key) {
    return flag(key, /* otherwise= */ false);
  }

  /**
   * A setting that is on or off.
   *
   * @param otherwise when it is missing, or when the family has none of that name
   */
  private boolean flag(String key, boolean otherwise) {
    boolean own = ConfigKey.named(key).orElseThrow().families().contains(family);
    JsonNode node = json.path(key);
    if (!own || node.isMissingNode()) {
      return otherwise;
    }
    if (!node.isBoolean()) {
      throw new UserError("%s must be true or false; it is %s".formatted(key, shown(node)));
    }
    return node.asBoolean();
  }

  private String text(String key) {
    JsonNode node = json.path(key);
    if (!node.isString()) {
      throw new UserError("%s must be a name; it is %s".formatted(key, shown(node)));
    }
    return node.asString();
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "missing" : shortened(node);
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
    RopeJson.write(json, config.rope());
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

  /**
   * Makes a config say what a model has become: the class that was read, and its head. All else
   * stays as it was.
   */
  static void makeFit(ObjectNode json, ModelConfig config) {
    json.putArray("architectures").add(architecture(config.family()));
    if (json.path("tie_word_embeddings").asBoolean(false) != config.tiedEmbeddings()) {
      json.put("tie_word_embeddings", config.tiedEmbeddings());
    }
  }

  /** The class that computes what is computed here. */
  static String architecture(Family family) {
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
