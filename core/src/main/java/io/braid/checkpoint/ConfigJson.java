package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.family.Families;
import io.braid.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hugging Face's {@code config.json}, read and written. {@link ConfigKey} and each {@link Family}
 * list the keys, and {@link RopeJson} reads the rotary settings. A key is read as transformers 5
 * reads it. A key that asks for an unsupported computation is refused, and other unused keys are
 * reported.
 */
final class ConfigJson implements ConfigValues {
  private static final int LONGEST_LIST = 20;
  private static final int MOST_LAYERS =
      10_000; // limits the layers listed before the weights are read

  private final JsonNode json;
  private final Family family;
  private final String prefix; // of keys in messages
  private final List<String> notes;

  /**
   * The result of reading a file.
   *
   * @param config the model's configuration
   * @param json the file's keys, those of the language model at the top level
   * @param notes notices for the user
   */
  record Read(ModelConfig config, JsonNode json, List<String> notes) {}

  private ConfigJson(JsonNode json) {
    this.family = family(json);
    this.prefix = "";
    this.notes = new ArrayList<>();
    this.json = family.hasVision() ? VisionJson.flat(json, notes) : json;
  }

  private ConfigJson(ConfigJson parent, String key) {
    this.family = parent.family;
    this.prefix = parent.prefix + key + ".";
    this.notes = parent.notes;
    this.json = parent.json.path(key);
  }

  /**
   * Reads a model's configuration.
   *
   * @throws UserError if it is invalid or not supported; the message names the file
   */
  static Read read(Path file, JsonNode json) {
    try {
      ConfigJson reader = new ConfigJson(json);
      ModelConfig config = reader.config();
      return new Read(
          config, reader.json, reader.notes.stream().map(note -> file + ": " + note).toList());
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private ModelConfig config() {
    refuseUnsupported();
    int vocabulary = whole("vocab_size");
    int hidden = whole("hidden_size");
    int heads = whole("num_attention_heads");
    int layers = whole("num_hidden_layers");
    if (layers > MOST_LAYERS) {
      throw new UserError(
          "num_hidden_layers is %s; at most %s layers are supported"
              .formatted(layers, MOST_LAYERS));
    }
    RopeJson.Read rope = sharedRope();
    Family.Usual usual = family.usual();
    ModelConfig shared =
        new ModelConfig(
            family,
            vocabulary,
            hidden,
            whole("intermediate_size"),
            layers,
            heads,
            kvHeads(heads),
            headDim(hidden, heads),
            decimal("rms_norm_eps", family.usualEpsilon()),
            rope.rope(),
            flag("tie_word_embeddings", usual.tied()),
            /* attentionBias= */ false,
            /* outputBias= */ false,
            /* mlpBias= */ false,
            rope.context(),
            decimal("initializer_range", 0.02));
    ModelConfig config = family.read(this, shared);
    if (family.headsDivideWidth() && hidden % heads != 0) {
      throw new UserError(
          "hidden_size %s is not a multiple of num_attention_heads %s".formatted(hidden, heads));
    }
    checkTokens(vocabulary);
    noteUnused();
    return config;
  }

  private static Family family(JsonNode json) {
    String type = json.path("model_type").asString("");
    return Families.ofType(type)
        .orElseThrow(() ->
            new UserError(
                "model_type is %s; Braid knows %s"
                    .formatted(type.isEmpty() ? "missing" : "\"" + type + "\"", Families.types())));
  }

  private int kvHeads(int heads) {
    String key = "num_key_value_heads";
    if (isNull(key) && family.usual().kvHeadsMayBeNull()) {
      return heads;
    }
    return whole(key, family.usual().kvHeads().orElse(heads));
  }

  private int headDim(int hidden, int heads) {
    String key = "head_dim";
    int usual = family.usual().headDim().orElse(hidden / Math.max(1, heads));
    return isNull(key) && family.usual().headDimMayBeNull() ? usual : whole(key, usual);
  }

  /**
   * Reads the RoPE settings shared by all layers; a family with different kinds of layer reads them
   * itself.
   */
  private RopeJson.Read sharedRope() {
    int positions = whole("max_position_embeddings");
    return family.ropeByLayer()
        ? new RopeJson.Read(new Rope(family.usual().theta(), Optional.empty()), positions)
        : RopeJson.read(json, positions, family.usual().theta(), family.hasVision(), notes);
  }

  // ---- unsupported and unused keys ------------------------------------------------------------

  private void refuseUnsupported() {
    String key = family.activationKey();
    List<String> known = family.activation().names();
    if (json.has(key) && !known.contains(text(key))) {
      throw new UserError(
          "%s is \"%s\"; only %s is supported".formatted(key, text(key), known.getFirst()));
    }
    refuseQuantized();
    Stream.concat(family.keys().stream(), ConfigKey.SHARED.stream())
        .filter(each -> each.role() == ConfigKey.Role.REFUSED)
        .filter(each -> ConfigKey.of(family, each.name()).filter(each::equals).isPresent())
        .filter(each -> !isOff(json.path(each.name()), each.off()))
        .findFirst()
        .ifPresent(each -> {
          throw new UserError(
              "%s is %s (%s), which is not supported"
                  .formatted(each.name(), shortened(json.path(each.name())), each.meaning()));
        });
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
          "the weights are quantized for MLX (quantization); use the" + " original model");
    }
  }

  /** Checks that the classes belong to the family: their names begin with the family's name. */
  private void checkArchitectures() {
    JsonNode node = json.path("architectures");
    String name = family.className();
    for (JsonNode each : node.isArray() ? node : List.of(node)) {
      if (!each.isString()) {
        continue;
      }
      String architecture = each.asString();
      String rest =
          architecture.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT))
              ? architecture.substring(name.length())
              : "?";
      if (!rest.matches("(For|Model|LMHead|PreTrained).*")) {
        throw new UserError(
            "architectures names %s, but model_type is \"%s\"; change it to %s if the weights are of type %s"
                .formatted(architecture, family.type(), architecture(family), family.type()));
      }
      if (!(name + rest).equals(family.modelClass()) && !rest.equals("Model")) {
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
            "pad_token_id %s is not in the vocabulary of %s (vocab_size); use null for no padding token"
                .formatted(id, vocabulary));
      }
    }
    for (String key : List.of("bos_token_id", "eos_token_id")) {
      for (long id : TokenIds.read(key, json.path(key))) {
        if (id < 0 || id >= vocabulary) {
          notes.add(
              "%s %s is not in the vocabulary of %s, so it is never generated"
                  .formatted(key, id, vocabulary));
        }
      }
    }
  }

  private void noteUnused() {
    List<String> unknown = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = entry.getKey();
      if (ConfigKey.of(family, name).isPresent() || ConfigKey.isHarmless(name)) {
        continue;
      }
      if (Families.ALL.stream().noneMatch(each -> ConfigKey.of(each, name).isPresent())) {
        unknown.add(name);
      } else if (!isOff(entry.getValue(), ConfigKey.Off.EMPTY)) {
        others.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      notes.add("unknown keys, ignored: " + listed(unknown));
    }
    if (!others.isEmpty()) {
      notes.add("keys that %s does not have, ignored: %s".formatted(family.type(), listed(others)));
    }
    JsonNode dropout = json.path("attention_dropout");
    if (dropout.isNumber() && dropout.asDouble() > 0) {
      notes.add("attention_dropout is %s; training uses none".formatted(dropout));
    }
    if (json.hasNonNull("auto_map")) {
      notes.add("auto_map names custom code, which is not run");
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
      throw new UserError("%s%s must be an integer; it is %s".formatted(prefix, key, shown(node)));
    }
    return node.asInt();
  }

  private double decimal(String key, double otherwise) {
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

  @Override
  public boolean isSet(String key) {
    return json.hasNonNull(key);
  }

  @Override
  public boolean isNull(String key) {
    return json.path(key).isNull();
  }

  @Override
  public int whole(String key, int otherwise) {
    return json.has(key) ? whole(key) : otherwise;
  }

  @Override
  public Optional<List<String>> names(String key) {
    return list(key, "names", JsonNode::isString, JsonNode::asString);
  }

  @Override
  public Optional<List<Integer>> wholes(String key) {
    return list(
        key,
        "integers",
        each -> each.isIntegralNumber() && each.canConvertToInt(),
        JsonNode::asInt);
  }

  private <T> Optional<List<T>> list(
      String key, String kind, Predicate<JsonNode> fits, Function<JsonNode, T> value) {
    if (!isSet(key)) {
      return Optional.empty();
    }
    JsonNode node = json.path(key);
    if (!node.isArray() || !node.valueStream().allMatch(fits)) {
      throw new UserError(
          "%s%s must be a list of %s; it is %s".formatted(prefix, key, kind, shown(node)));
    }
    return Optional.of(node.valueStream().map(value).toList());
  }

  @Override
  public double number(String key, double otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode()) {
      return otherwise;
    }
    if (!node.isNumber() || !Double.isFinite(node.asDouble())) {
      throw new UserError("%s%s must be a number; it is %s".formatted(prefix, key, shown(node)));
    }
    return node.asDouble();
  }

  @Override
  public String name(String key, String otherwise) {
    return json.has(key) ? text(key) : otherwise;
  }

  @Override
  public Optional<ConfigValues> object(String key) {
    if (!isSet(key)) {
      return Optional.empty();
    }
    if (!json.path(key).isObject()) {
      throw new UserError(
          "%s%s must be an object; it is %s".formatted(prefix, key, shown(json.path(key))));
    }
    return Optional.of(new ConfigJson(this, key));
  }

  @Override
  public void noteUnknown(List<ConfigKey> known) {
    List<String> unknown =
        json.propertyStream()
            .map(Map.Entry::getKey)
            .filter(key -> known.stream().noneMatch(each -> each.name().equals(key)))
            .map(key -> prefix + key)
            .toList();
    if (!unknown.isEmpty()) {
      notes.add("unknown keys, ignored: " + listed(unknown));
    }
  }

  @Override
  public Rope rope(String kind, String thetaKey, boolean scaled, double theta) {
    return RopeJson.read(
        json, kind, thetaKey, scaled, whole("max_position_embeddings"), theta, notes);
  }

  @Override
  public void note(String text) {
    notes.add(text);
  }

  @Override
  public boolean flag(String key, boolean otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode()) {
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
      throw new UserError("%s%s must be a name; it is %s".formatted(prefix, key, shown(node)));
    }
    return node.asString();
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "missing" : shortened(node);
  }

  /** Writes the config of a model that has none yet. */
  static ObjectNode write(ModelConfig config) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.putArray("architectures").add(architecture(config.family()));
    json.put("model_type", config.family().type());
    json.put("vocab_size", config.vocabSize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.kvHeads());
    json.put("head_dim", config.headDim());
    json.put(config.family().activationKey(), config.family().activation().names().getFirst());
    json.put("rms_norm_eps", config.rmsNormEps());
    if (!config.family().ropeByLayer()) {
      RopeJson.write(json, config.rope());
    }
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    config
        .family()
        .written(config)
        .forEach((key, value) -> json.set(key, JsonMapper.shared().valueToTree(value)));
    json.put("max_position_embeddings", config.maxPositions());
    json.put("initializer_range", config.initializerRange());
    json.put("use_cache", true);
    return json;
  }

  /**
   * Updates a config for a model that is being saved: the architecture that was loaded, and whether
   * its head is tied. Other keys are unchanged.
   */
  static void update(ObjectNode json, ModelConfig config) {
    json.putArray("architectures").add(architecture(config.family()));
    boolean usual = config.family().usual().tied();
    if (json.path("tie_word_embeddings").asBoolean(usual) != config.tiedEmbeddings()) {
      json.put("tie_word_embeddings", config.tiedEmbeddings());
    }
  }

  /** Returns the name of the transformers class for a family's language model. */
  static String architecture(Family family) {
    return family.modelClass();
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
