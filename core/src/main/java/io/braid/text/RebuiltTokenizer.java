package io.braid.text;

import io.braid.UserError;
import io.braid.checkpoint.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Predicts which tokenizer {@code AutoTokenizer} in transformers 5 builds from a model directory if
 * it does not use {@code tokenizer.json} unchanged.
 *
 * <p>For some model types and tokenizer classes it takes only the vocabulary, the merges and the
 * post-processor from the file and adds its own rules: for {@code qwen2} with any class, and for
 * other types with the classes of Qwen2, Llama and GPT-2. If the file has the same rules, nothing
 * changes; otherwise, text is split into different tokens.
 */
public final class RebuiltTokenizer {
  private static final String QWEN2_WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final Set<String> UNTOUCHED =
      Set.of("PreTrainedTokenizer", "TokenizersBackend", "PythonBackend", "");
  private static final List<String> TEXTS =
      List.of(
          "What is 7 + 12 * 3456?",
          "I'll say: don't, they're 2nd.\n\n  Héllo,\tworld!\r\n",
          " leading and trailing  ",
          "def f(x):\n    return x ** 2  # é 東京 🙂",
          "\\boxed{\\frac{11}{3}} = 3.6667 <answer> no </answer>");
  private static final int SAMPLED = 2_000;
  private static final JsonMapper JSON = new JsonMapper();

  private RebuiltTokenizer() {}

  /**
   * Returns a line that describes the difference if a sample text gets different ids in
   * transformers than in Braid; otherwise empty.
   *
   * @param directory the model's directory @param own the tokenizer that Braid loads from it
   * @throws UserError if a file of the directory cannot be read
   */
  public static Optional<String> difference(Path directory, Tokenizer own) {
    JsonNode config = JsonFile.readIfThere(directory.resolve("config.json"));
    JsonNode settings = JsonFile.readIfThere(directory.resolve("tokenizer_config.json"));
    String type = config.path("model_type").asString("");
    String named =
        settings.path("tokenizer_class").asString(config.path("tokenizer_class").asString(""));
    Path file = directory.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      return Optional.empty(); // a tokenizer of another kind, which is not rebuilt
    }
    String text = JsonFile.text(file);
    String made = made(type, named.replaceFirst("Fast$", ""), text);
    if (!Set.of("Qwen2Tokenizer", "LlamaTokenizer", "GPT2Tokenizer").contains(made)) {
      return Optional.empty();
    }
    JsonNode original = JSON.readTree(text);
    ObjectNode rebuilt = rebuilt(original, settings, made);
    if (sameRules(original, rebuilt)) {
      return Optional.empty();
    }
    String how =
        "%s: the AutoTokenizer of transformers 5 does not read this tokenizer.json as it is (model_type %s, tokenizer_class %s) but makes a %s of its vocabulary"
            .formatted(directory, type, named.isEmpty() ? "missing" : named, made);
    String remedy = "; PreTrainedTokenizerFast.from_pretrained reads it there as it is here";
    try (Tokenizer other = Tokenizer.of(rebuilt.toString(), file)) {
      return probes(own).stream()
          .filter(probe -> !Arrays.equals(ids(own, probe), ids(other, probe)))
          .findFirst()
          .map(probe ->
              "%s, and takes %s for other tokens%s"
                  .formatted(how, JSON.writeValueAsString(probe), remedy));
    } catch (UserError e) {
      return Optional.of(how + ", which fails" + remedy);
    }
  }

  /** Returns the class that {@code AutoTokenizer.from_pretrained} chooses. */
  private static String made(String type, String named, String tokenizer) {
    if (type.equals("qwen2")) {
      return "Qwen2Tokenizer"; // whatever the class
    }
    if (named.isEmpty()) {
      return type.equals("qwen3") ? "Qwen2Tokenizer" : "";
    }
    boolean bytes = named.equals("LlamaTokenizer") && tokenizer.contains("\"ByteLevel\"");
    return bytes || UNTOUCHED.contains(named) ? "" : named;
  }

  private static ObjectNode rebuilt(JsonNode original, JsonNode settings, String made) {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    json.set("added_tokens", added(original, settings));
    json.set(
        "normalizer",
        JSON.readTree(made.equals("Qwen2Tokenizer") ? "{\"type\": \"NFC\"}" : "null"));
    json.set("pre_tokenizer", words(settings, made));
    json.set("post_processor", original.path("post_processor"));
    json.putNull("decoder");
    json.set("model", model(original.path("model"), made));
    return json;
  }

  private static JsonNode words(JsonNode settings, String made) {
    JsonNode prefix = settings.path("add_prefix_space");
    ObjectNode bytes = JSON.createObjectNode();
    bytes.put("type", "ByteLevel").put("add_prefix_space", prefix.asBoolean(false));
    bytes.put("trim_offsets", true).put("use_regex", made.equals("GPT2Tokenizer"));
    if (made.equals("GPT2Tokenizer")) {
      return bytes;
    }
    ObjectNode words = JSON.createObjectNode();
    if (made.equals("LlamaTokenizer")) {
      words.put("type", "Metaspace").put("replacement", "\u2581");
      words.put("prepend_scheme", prefix.asBoolean(true) ? "first" : "never");
      return words.put("split", false);
    }
    words.put("type", "Sequence");
    ArrayNode steps = words.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", QWEN2_WORDS);
    split.put("behavior", "Isolated").put("invert", false);
    steps.add(bytes);
    return words;
  }

  private static ObjectNode model(JsonNode original, String made) {
    boolean llama = made.equals("LlamaTokenizer");
    ObjectNode model = JSON.createObjectNode();
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", llama).put("byte_fallback", llama).put("ignore_merges", false);
    if (original.path("vocab").isArray()) {
      ObjectNode vocabulary = model.putObject("vocab");
      for (JsonNode entry : original.path("vocab")) {
        vocabulary.put(entry.path(0).asString(""), vocabulary.size());
      }
    } else {
      model.set("vocab", original.path("vocab"));
    }
    if (original.has("merges")) {
      model.set("merges", original.path("merges"));
    } else {
      model.putArray("merges");
    }
    return model;
  }

  /**
   * Returns the added tokens in {@code tokenizer_config.json}, which replace those in the file if
   * there are any.
   */
  private static JsonNode added(JsonNode original, JsonNode settings) {
    JsonNode decoder = settings.path("added_tokens_decoder");
    if (!decoder.isObject()) {
      return original.path("added_tokens");
    }
    List<ObjectNode> tokens = new ArrayList<>();
    decoder
        .properties()
        .forEach(entry -> {
          if (entry.getKey().matches("[0-9]{1,9}")
              && entry.getValue() instanceof ObjectNode token) {
            ObjectNode added = JSON.createObjectNode().put("id", Long.parseLong(entry.getKey()));
            added.put("content", token.path("content").asString(""));
            for (String flag :
                List.of("single_word", "lstrip", "rstrip", "normalized", "special")) {
              added.put(flag, token.path(flag).asBoolean(false));
            }
            tokens.add(added);
          }
        });
    tokens.sort((a, b) -> Long.compare(a.path("id").asLong(), b.path("id").asLong()));
    return JSON.createArrayNode().addAll(tokens);
  }

  /** Returns whether the file has the same rules as the rebuilt tokenizer. */
  private static boolean sameRules(JsonNode original, ObjectNode rebuilt) {
    JsonNode model = original.path("model");
    return model.path("type").asString("BPE").equals("BPE")
        && !model.path("ignore_merges").asBoolean(false)
        && model.path("byte_fallback").asBoolean(false)
            == rebuilt.path("model").path("byte_fallback").asBoolean(false)
        && model.path("unk_token").isNull()
        && rule(original, "normalizer").equals(rule(rebuilt, "normalizer"))
        && rule(original, "pre_tokenizer").equals(rule(rebuilt, "pre_tokenizer"))
        && tokens(original).equals(tokens(rebuilt));
  }

  /** Returns a rule without the settings that change only offsets. */
  private static String rule(JsonNode tokenizer, String name) {
    return tokenizer.path(name).toString().replaceAll(",?\"trim_offsets\":(true|false)", "");
  }

  private static List<String> tokens(JsonNode tokenizer) {
    List<String> tokens = new ArrayList<>();
    tokenizer.path("added_tokens").forEach(each -> tokens.add(each.path("content").asString("")));
    return tokens;
  }

  private static List<String> probes(Tokenizer own) {
    List<String> probes = new ArrayList<>(TEXTS);
    int step = Math.max(1, own.size() / SAMPLED);
    for (int id = 0; id < own.size(); id += step) {
      String text = own.decode(new long[] {id});
      if (!text.isEmpty() && !text.contains("\uFFFD")) {
        probes.add(text);
      }
    }
    own.specialTokens().values().forEach(token -> probes.add("a" + token + " b"));
    return probes;
  }

  /** Returns the ids for a string, or none if it cannot be encoded. */
  private static long[] ids(Tokenizer tokenizer, String text) {
    try {
      return tokenizer.encodeWithSpecials(text);
    } catch (UserError e) {
      return new long[0];
    }
  }
}
