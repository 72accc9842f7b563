package io.braid.checkpoint;

import io.braid.UserError;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.RopeScaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the RoPE settings of {@code config.json}. It reads both the older form ({@code
 * rope_theta}, {@code rope_scaling}) and the newer ({@code rope_parameters}), as transformers 5
 * does. It writes the older form, which every version reads.
 */
final class RopeJson {
  private static final String OLDER = "rope_scaling";
  private static final String NEWER = "rope_parameters";
  private static final String THETA = "rope_theta";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final String PARTIAL = "partial_rotary_factor";
  private static final String AXES = "mrope_section";
  private static final String ON_AXES = "mrope"; // the older name of the type with axes

  /** The keys of each RoPE type, other than its name and base. */
  static final Map<String, List<String>> TYPES =
      Map.of(
          "default", List.of(),
          "linear", List.of("factor"),
          "dynamic", List.of("factor"),
          "llama3", List.of("factor", "low_freq_factor", "high_freq_factor", ORIGINAL),
          "yarn",
              List.of(
                  "factor",
                  ORIGINAL,
                  "beta_fast",
                  "beta_slow",
                  "attention_factor",
                  "mscale",
                  "mscale_all_dim",
                  "truncate"));

  private final JsonNode config;
  private final int maxPositions;
  private final double usualTheta;
  private final boolean hasAxes;
  private final List<String> notes;
  private final String form;
  private final JsonNode settings;

  /**
   * The result of reading.
   *
   * @param rope the RoPE settings
   * @param context the longest sequence they support, in tokens
   */
  record Read(Rope rope, int context) {}

  private RopeJson(
      JsonNode config, int maxPositions, double usualTheta, boolean hasAxes, List<String> notes) {
    this.hasAxes = hasAxes;
    this.config = config;
    this.maxPositions = maxPositions;
    this.usualTheta = usualTheta;
    this.notes = notes;
    boolean older = !object(OLDER).isEmpty();
    form = older ? OLDER : NEWER;
    settings = object(form);
  }

  /**
   * Reads the settings.
   *
   * @param maxPositions the config's {@code max_position_embeddings}
   * @param theta the default base
   * @param hasAxes whether positions count time, height and width
   * @param notes receives notices for the user
   * @throws UserError if the settings contradict each other or are not supported
   */
  static Read read(
      JsonNode config, int maxPositions, double theta, boolean hasAxes, List<String> notes) {
    return new RopeJson(config, maxPositions, theta, hasAxes, notes).read();
  }

  /**
   * Reads the settings of one kind of layer, given in {@code rope_parameters} under the kind's
   * name.
   *
   * @param kind kind of layer, such as {@code full_attention}
   * @param thetaKey top-level key of the base, used if the settings give none
   * @param scaled whether {@code rope_scaling} applies to this kind
   * @param theta the default base
   */
  static Rope read(
      JsonNode config,
      String kind,
      String thetaKey,
      boolean scaled,
      int maxPositions,
      double theta,
      List<String> notes) {
    ObjectNode settings = JsonMapper.shared().createObjectNode();
    JsonNode newer = object(config, NEWER);
    if (!newer.isEmpty() && newer.properties().stream().anyMatch(e -> !e.getValue().isObject())) {
      throw new UserError(
          "%s must have settings for each kind of layer; it is %s".formatted(NEWER, newer));
    }
    settings.put("rope_type", "default"); // which transformers lets a rope_scaling.type contradict
    merge(settings, object(newer, kind));
    if (scaled) {
      merge(settings, object(config, OLDER));
    }
    if (!settings.has(THETA) && config.has(thetaKey)) {
      settings.set(THETA, config.path(thetaKey));
    }
    ObjectNode alone = JsonMapper.shared().createObjectNode();
    alone.set(NEWER, settings);
    if (scaled && config.has(ORIGINAL)) {
      alone.set(ORIGINAL, config.path(ORIGINAL));
    }
    Read read = new RopeJson(alone, maxPositions, theta, /* hasAxes= */ false, notes).read();
    if (read.context != maxPositions) {
      throw new UserError(
          "%s: yarn is not supported in settings for a kind of layer (%s)".formatted(NEWER, kind));
    }
    return read.rope;
  }

  private static void merge(ObjectNode into, JsonNode from) {
    from.properties().forEach(entry -> into.set(entry.getKey(), entry.getValue()));
  }

  private Read read() {
    if (form.equals(OLDER) && !object(NEWER).isEmpty()) {
      checkAgreement();
    }
    double theta = theta();
    String named = type(form, settings);
    String type = hasAxes && named.equals(ON_AXES) ? "default" : named;
    Optional<RopeScaling> scaling = scaling(type, theta);
    sayUnused(type);
    return new Read(new Rope(theta, scaling, axes()), context(scaling));
  }

  /** Returns the pairs of dimensions of each axis. */
  private List<Integer> axes() {
    JsonNode sections = settings.path(AXES);
    if (!hasAxes) {
      return List.of();
    }
    if (sections.isMissingNode()) {
      return List.of(16, 24, 24);
    }
    if (!sections.isArray()
        || sections.size() != 3
        || !sections.valueStream().allMatch(each -> each.canConvertToInt() && each.asInt() >= 0)) {
      throw new UserError(
          "%s.%s must be a list of three whole numbers; it is %s".formatted(form, AXES, sections));
    }
    return sections.valueStream().map(JsonNode::asInt).toList();
  }

  private JsonNode object(String key) {
    return object(config, key);
  }

  private static JsonNode object(JsonNode config, String key) {
    JsonNode node = config.path(key);
    if (!node.isObject() && !absent(node)) {
      throw new UserError("%s must be an object or null; it is %s".formatted(key, node));
    }
    return node;
  }

  // ---- one setting, two forms -----------------------------------------------------------------

  /** Checks that both forms agree, since the older form replaces the newer one entirely. */
  private void checkAgreement() {
    JsonNode newer = object(NEWER);
    if (!type(NEWER, newer).equals("default") && !plain(newer).equals(plain(settings))) {
      throw new UserError(
          "%s and %s ask for different scalings (%s and %s); keep only one of them"
              .formatted(OLDER, NEWER, settings, newer));
    }
    JsonNode lost = newer.path(THETA);
    if (!lost.isNumber()) {
      return;
    }
    refuseOther(lost, OLDER + "." + THETA, settings.path(THETA));
    refuseOther(lost, THETA, config.path(THETA));
    if (!settings.has(THETA) && !config.has(THETA) && lost.asDouble() != usualTheta) {
      notes.add(
          "%s replaces %s entirely, as in transformers, so its %s of %s is ignored and %s is used; move it to %s to keep it"
              .formatted(OLDER, NEWER, THETA, lost, shown(usualTheta), OLDER));
    }
  }

  private static void refuseOther(JsonNode theta, String key, JsonNode other) {
    if (other.isNumber() && other.asDouble() != theta.asDouble()) {
      throw new UserError(
          "%s.%s is %s, but %s is %s; keep only one of them"
              .formatted(NEWER, THETA, theta, key, other));
    }
  }

  /** Returns the settings without their base, with normalised key names and values. */
  private static Map<String, String> plain(JsonNode settings) {
    Map<String, String> plain = new TreeMap<>();
    settings
        .properties()
        .forEach(entry -> {
          JsonNode value = entry.getValue();
          if (!entry.getKey().equals(THETA) && !value.isNull()) {
            plain.put(
                entry.getKey().equals("type") ? "rope_type" : entry.getKey(),
                value.isNumber() ? Double.toString(value.asDouble()) : value.toString());
          }
        });
    return plain;
  }

  private double theta() {
    JsonNode own = settings.path(THETA);
    JsonNode top = config.path(THETA);
    if (own.isNumber() && top.isNumber() && own.asDouble() != top.asDouble()) {
      throw new UserError(
          "%s is %s, but %s.%s is %s; keep only one of them"
              .formatted(THETA, top, form, THETA, own));
    }
    if (!own.isMissingNode()) {
      return number(form + "." + THETA, own);
    }
    return top.isMissingNode() ? usualTheta : number(THETA, top);
  }

  private static String type(String form, JsonNode settings) {
    JsonNode newer = settings.path("rope_type");
    JsonNode older = settings.path("type");
    if (newer.isString()
        && older.isString()
        && !newer.asString().equals(older.asString())
        && !older.asString().equals(ON_AXES)) {
      throw new UserError(
          "%s.rope_type is %s, but %s.type is %s; keep only one of them"
              .formatted(form, newer, form, older));
    }
    JsonNode type = newer.isMissingNode() ? older : newer;
    if (!type.isMissingNode() && !type.isString()) {
      throw new UserError("%s.rope_type must be a name; it is %s".formatted(form, type));
    }
    return type.asString("default");
  }

  // ---- the scalings ---------------------------------------------------------------------------

  private Optional<RopeScaling> scaling(String type, double theta) {
    for (Map.Entry<String, JsonNode> entry : settings.properties()) {
      if (entry.getValue().isObject()) {
        throw new UserError(
            "%s.%s: separate RoPE settings for different kinds of layer are not supported; use the same settings for all layers"
                .formatted(form, entry.getKey()));
      }
    }
    JsonNode partial = settings.path(PARTIAL);
    if (!absent(partial) && !(partial.isNumber() && partial.asDouble() == 1)) {
      throw new UserError(
          "%s.%s is %s; rotating only part of each head is not supported"
              .formatted(form, PARTIAL, partial));
    }
    return switch (type) {
      case "default" -> Optional.empty();
      case "linear" -> Optional.of(new RopeScaling.Linear(positive("factor")));
      case "dynamic" -> Optional.of(dynamic());
      case "llama3" -> Optional.of(llama3());
      case "yarn" -> Optional.of(yarn(theta));
      default ->
          throw new UserError(
              "%s: rope_type \"%s\" is not supported; use default, linear, dynamic, llama3 or yarn"
                  .formatted(form, type));
    };
  }

  private RopeScaling dynamic() {
    double factor = positive("factor");
    notes.add(
        "%s: dynamic scaling takes effect only beyond max_position_embeddings (%s); sequences are limited to that length, so it changes nothing"
            .formatted(form, maxPositions));
    return new RopeScaling.Dynamic(factor);
  }

  private RopeScaling llama3() {
    return new RopeScaling.Llama3(
        positive("factor"), positive("low_freq_factor"), positive("high_freq_factor"), original());
  }

  private RopeScaling yarn(double theta) {
    if (theta == 1) {
      throw new UserError("%s is 1, which yarn scaling does not support".formatted(THETA));
    }
    double original = original();
    double factor = settings.path("factor").isNull() ? maxPositions / original : positive("factor");
    JsonNode truncate = settings.path("truncate");
    if (!absent(truncate) && !truncate.isBoolean()) {
      throw new UserError("%s.truncate must be true or false; it is %s".formatted(form, truncate));
    }
    return new RopeScaling.Yarn(
        factor,
        original,
        optional("beta_fast").filter(beta -> beta != 0).orElse(32.0),
        optional("beta_slow").filter(beta -> beta != 0).orElse(1.0),
        optional("attention_factor").orElseGet(() -> attentionFactor(factor)),
        truncate.isMissingNode() || truncate.asBoolean(false));
  }

  private double attentionFactor(double factor) {
    double of = optional("mscale").orElse(0.0);
    double over = optional("mscale_all_dim").orElse(0.0);
    return of != 0 && over != 0
        ? attentionFactor(factor, of) / attentionFactor(factor, over)
        : attentionFactor(factor, 1);
  }

  private static double attentionFactor(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
  }

  /** Returns the context length before scaling, which may also be a key of the config itself. */
  private double original() {
    JsonNode own = settings.path(ORIGINAL);
    JsonNode top = config.path(ORIGINAL);
    if (own.isNumber() && top.isNumber() && own.asDouble() != top.asDouble()) {
      throw new UserError(
          "%s is %s, but %s.%s is %s; keep only one of them"
              .formatted(ORIGINAL, top, form, ORIGINAL, own));
    }
    if (top.isMissingNode() && own.isMissingNode()) {
      notes.add(
          "%s has no %s; max_position_embeddings (%s) is used instead, as in transformers"
              .formatted(form, ORIGINAL, maxPositions));
      return maxPositions;
    }
    return top.isMissingNode() ? aboveZero(form + "." + ORIGINAL, own) : aboveZero(ORIGINAL, top);
  }

  /**
   * Returns the context length. A config with YaRN may still give the length from before the
   * extension, so the larger of the two is used.
   */
  private int context(Optional<RopeScaling> scaling) {
    if (scaling.isPresent() && scaling.get() instanceof RopeScaling.Yarn yarn) {
      double stretched = Math.min(yarn.factor() * yarn.originalMaxPositions(), Integer.MAX_VALUE);
      if (stretched > maxPositions) {
        notes.add(
            "%s: yarn extends %s positions by a factor of %s, so the context is %s (max_position_embeddings is %s)"
                .formatted(
                    form,
                    shown(yarn.originalMaxPositions()),
                    shown(yarn.factor()),
                    (int) stretched,
                    maxPositions));
        return (int) stretched;
      }
    }
    return maxPositions;
  }

  private static String shown(double number) {
    return Double.toString(number).replaceFirst("\\.0$", "");
  }

  private void sayUnused(String type) {
    Set<String> always = Set.of("rope_type", "type", THETA, PARTIAL);
    List<String> own = TYPES.getOrDefault(type, List.of());
    List<String> unused = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : settings.properties()) {
      String key = entry.getKey();
      boolean known = always.contains(key) || own.contains(key) || (hasAxes && key.equals(AXES));
      if (!known && !entry.getValue().isNull()) {
        unused.add(form + "." + key);
      }
    }
    if (!own.contains(ORIGINAL) && !absent(config.path(ORIGINAL))) {
      unused.add(ORIGINAL);
    }
    if (!unused.isEmpty()) {
      notes.add("not used by rope_type %s: %s".formatted(type, String.join(", ", unused)));
    }
  }

  // ---- numbers --------------------------------------------------------------------------------

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private double positive(String key) {
    return aboveZero(form + "." + key, settings.path(key));
  }

  private static double aboveZero(String key, JsonNode node) {
    double number = number(key, node);
    if (!(number > 0)) {
      throw new UserError("%s must be above 0; it is %s".formatted(key, node));
    }
    return number;
  }

  private Optional<Double> optional(String key) {
    JsonNode node = settings.path(key);
    return absent(node) ? Optional.empty() : Optional.of(number(form + "." + key, node));
  }

  private static double number(String key, JsonNode node) {
    if (!node.isNumber() || !Double.isFinite(node.asDouble())) {
      throw new UserError(
          "%s must be a number; it is %s".formatted(key, node.isMissingNode() ? "missing" : node));
    }
    return node.asDouble();
  }

  // ---- writing --------------------------------------------------------------------------------

  /** Writes the settings in the older form. */
  static void write(ObjectNode json, Rope rope) {
    json.put(THETA, rope.theta());
    if (rope.scaling().isEmpty() && !rope.axes().isEmpty()) {
      json.putObject(OLDER).put("type", ON_AXES);
    }
    rope.scaling()
        .ifPresent(scaling -> {
          ObjectNode to = json.putObject(OLDER);
          switch (scaling) {
            case RopeScaling.Linear linear ->
                to.put("rope_type", "linear").put("factor", linear.factor());
            case RopeScaling.Dynamic dynamic ->
                to.put("rope_type", "dynamic").put("factor", dynamic.factor());
            case RopeScaling.Llama3 llama3 ->
                to.put("rope_type", "llama3")
                    .put("factor", llama3.factor())
                    .put("low_freq_factor", llama3.lowFrequencyFactor())
                    .put("high_freq_factor", llama3.highFrequencyFactor())
                    .put(ORIGINAL, whole(llama3.originalMaxPositions()));
            case RopeScaling.Yarn yarn ->
                to.put("rope_type", "yarn")
                    .put("factor", yarn.factor())
                    .put(ORIGINAL, whole(yarn.originalMaxPositions()))
                    .put("beta_fast", yarn.betaFast())
                    .put("beta_slow", yarn.betaSlow())
                    .put("attention_factor", yarn.attentionFactor())
                    .put("truncate", yarn.truncate());
          }
        });
    if (!rope.axes().isEmpty()) {
      rope.axes().forEach(((ObjectNode) json.path(OLDER)).putArray(AXES)::add);
    }
  }

  private static long whole(double positions) {
    return Math.round(positions);
  }
}
