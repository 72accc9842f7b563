package io.braid.gguf;

import io.braid.Notices;
import io.braid.UserError;
import io.braid.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a tokenizer from GGUF metadata and describes it as the files of a Hugging Face model
 * directory. Byte-level BPE ({@code tokenizer.ggml.model} {@code gpt2}) with a known pre-tokenizer
 * is supported; other tokenizers cause an error.
 */
final class GgufTokenizer {
  static final String TOKENS = "tokenizer.ggml.tokens";
  static final String TYPES = "tokenizer.ggml.token_type";
  static final String MERGES = "tokenizer.ggml.merges";
  static final String MODEL = "tokenizer.ggml.model";
  static final String PRE = "tokenizer.ggml.pre";
  static final String TEMPLATE = "tokenizer.chat_template";
  static final String ADD_BOS = "tokenizer.ggml.add_bos_token";

  private static final String BOS = "tokenizer.ggml.bos_token_id";

  /** Types of tokens. */
  static final int NORMAL = 1;

  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;

  /** Hugging Face's names of special tokens, and the keys of their ids. */
  private static final Map<String, String> SPECIALS = new LinkedHashMap<>();

  static {
    SPECIALS.put("bos_token", BOS);
    SPECIALS.put("eos_token", "tokenizer.ggml.eos_token_id");
    SPECIALS.put("pad_token", "tokenizer.ggml.padding_token_id");
    SPECIALS.put("unk_token", "tokenizer.ggml.unknown_token_id");
  }

  /** Keys of the tokens that end a response. */
  static final List<String> ENDS =
      List.of(
          "tokenizer.ggml.eos_token_id",
          "tokenizer.ggml.eot_token_id",
          "tokenizer.ggml.eom_token_id");

  private static final String USE_TOKENIZER =
      "give the directory with the original model's tokenizer.json with --tokenizer";

  private final GgufMetadata metadata;
  private final List<String> tokens;

  private GgufTokenizer(GgufMetadata metadata) {
    this.metadata = metadata;
    this.tokens = metadata.texts(TOKENS).orElseThrow(() -> metadata.missing(TOKENS));
  }

  /**
   * Returns the tokenizer's files by name.
   *
   * @param rows number of rows of the model's embedding
   * @throws UserError if a key has a value that is not supported; the error names it
   */
  static Map<String, String> files(GgufMetadata metadata, int rows) {
    String model = metadata.text(MODEL).orElseThrow(() -> metadata.missing(MODEL));
    if (!model.equals("gpt2")) {
      throw metadata.refused(
          MODEL,
          "is \"%s\"%s; byte-level BPE (gpt2) is read; %s"
              .formatted(model, model.equals("llama") ? " (SentencePiece)" : "", USE_TOKENIZER));
    }
    GgufTokenizer reader = new GgufTokenizer(metadata);
    reader.checkRows(rows);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("tokenizer.json", text(reader.tokenizer()));
    files.put("tokenizer_config.json", text(reader.settings()));
    return files;
  }

  private static String text(JsonNode json) {
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }

  private void checkRows(int rows) {
    if (tokens.size() > rows) {
      throw metadata.refused(
          TOKENS, "has %s entries, but token_embd.weight %s rows".formatted(tokens.size(), rows));
    }
  }

  /**
   * Compares a different tokenizer's tokens with the file's tokens.
   *
   * @throws UserError at the first difference
   */
  static void checkSame(GgufMetadata metadata, Tokenizer other) {
    GgufTokenizer reader = new GgufTokenizer(metadata);
    long[] types = reader.types();
    for (int id = 0; id < types.length; id++) {
      String token = reader.tokens.get(id);
      OptionalLong here = OptionalLong.of(id);
      boolean same =
          other.id(token).equals(here)
              // converters write such tokens with spaces instead of SentencePiece's sign for them
              || (types[id] == USER_DEFINED && other.id(token.replace(' ', '\u2581')).equals(here));
      if (types[id] != UNUSED && !same) {
        throw metadata.refused(
            TOKENS,
            "has the token %s at %s, but the other tokenizer does not; --tokenizer must name that of the same model"
                .formatted(JsonMapper.shared().writeValueAsString(token), id));
      }
    }
    metadata.text(MODEL);
    metadata.text(PRE);
  }

  /**
   * Copies the file's tokenizer to another GGUF file, apart from its chat template.
   *
   * @param own the tokenizer of the model that is written; its tokens must be the same
   * @param rows rows of the model's embedding
   * @throws UserError if they are not
   */
  static void copy(GgufMetadata metadata, Tokenizer own, int rows, GgufWriter to) {
    checkSame(metadata, own);
    int tokens = new GgufTokenizer(metadata).tokens.size();
    if (tokens != rows) {
      throw metadata.refused(
          TOKENS, "has %s entries, but the model's embedding has %s rows".formatted(tokens, rows));
    }
    metadata.copy(key -> key.startsWith("tokenizer.") && !key.equals(TEMPLATE), to);
  }

  // ---- tokenizer.json -------------------------------------------------------------------------

  private ObjectNode tokenizer() {
    String name = metadata.text(PRE).orElseThrow(() -> metadata.missing(PRE));
    PreTokenizer pre =
        PreTokenizer.named(name)
            .orElseThrow(() ->
                metadata.refused(
                    PRE,
                    "is \"%s\"; known are %s; %s"
                        .formatted(name, PreTokenizer.known(), USE_TOKENIZER)));
    for (String key : List.of("tokenizer.ggml.add_eos_token", "tokenizer.ggml.add_space_prefix")) {
      if (metadata.flag(key).orElse(false)) {
        throw metadata.refused(key, "is true, which is not supported; " + USE_TOKENIZER);
      }
    }
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ObjectNode vocabulary = vocabulary(json.putArray("added_tokens"));
    if (pre.composes()) {
      json.putObject("normalizer").put("type", "NFC");
    } else {
      json.putNull("normalizer");
    }
    json.set("pre_tokenizer", pre.json());
    json.set("post_processor", postProcessor(pre));
    bytes(json.putObject("decoder"));
    ObjectNode model = json.putObject("model");
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", pre.ignoresMerges());
    model.set("vocab", vocabulary);
    model.set("merges", merges(vocabulary));
    return json;
  }

  private static ObjectNode bytes(ObjectNode to) {
    return to.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  private long[] types() {
    long[] types = metadata.wholes(TYPES).orElseThrow(() -> metadata.missing(TYPES));
    if (types.length != tokens.size()) {
      throw metadata.refused(
          TYPES, "has %s entries, but %s %s".formatted(types.length, TOKENS, tokens.size()));
    }
    return types;
  }

  /**
   * Returns the tokens that take part in merges; adds those that are matched as a whole to {@code
   * added}.
   */
  private ObjectNode vocabulary(ArrayNode added) {
    long[] types = types();
    ObjectNode vocabulary = JsonMapper.shared().createObjectNode();
    for (int id = 0; id < types.length; id++) {
      String token = tokens.get(id);
      if (types[id] == UNUSED) {
        continue; // a row without a token
      }
      if (types[id] < NORMAL || types[id] > UNUSED) {
        throw metadata.refused(
            TYPES,
            "is %s at %s, which a byte-level tokenizer does not have".formatted(types[id], id));
      }
      if (vocabulary.has(token)) {
        throw metadata.refused(
            TOKENS,
            "has %s twice, at %s and %s"
                .formatted(
                    JsonMapper.shared().writeValueAsString(token), vocabulary.path(token), id));
      }
      vocabulary.put(token, id);
      if (types[id] != NORMAL) {
        added
            .addObject()
            .put("id", id)
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", types[id] != USER_DEFINED);
      }
    }
    return vocabulary;
  }

  private ArrayNode merges(ObjectNode vocabulary) {
    List<String> listed = metadata.texts(MERGES).orElseThrow(() -> metadata.missing(MERGES));
    ArrayNode merges = JsonMapper.shared().createArrayNode();
    for (String merge : listed) {
      int space = merge.indexOf(' ', 1);
      boolean whole =
          space > 0
              && vocabulary.has(merge.substring(0, space))
              && vocabulary.has(merge.substring(space + 1))
              && vocabulary.has(merge.substring(0, space) + merge.substring(space + 1));
      if (!whole) {
        throw metadata.refused(
            MERGES,
            "has %s at %s, whose parts or result are no tokens"
                .formatted(JsonMapper.shared().writeValueAsString(merge), merges.size()));
      }
      merges.add(merge);
    }
    return merges;
  }

  private JsonNode postProcessor(PreTokenizer pre) {
    boolean bos = metadata.flag(ADD_BOS).orElse(pre.addsBos());
    ObjectNode bytes = bytes(JsonMapper.shared().createObjectNode());
    if (!bos) {
      return bytes;
    }
    long id = id(BOS).orElseThrow(() -> metadata.missing(BOS));
    String token = tokens.get((int) id);
    ObjectNode template = JsonMapper.shared().createObjectNode();
    template.put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    addSpecial(single, token, 0);
    addSequence(single, "A", 0);
    ArrayNode pair = template.putArray("pair");
    addSpecial(pair, token, 0);
    addSequence(pair, "A", 0);
    addSpecial(pair, token, 1);
    addSequence(pair, "B", 1);
    ObjectNode special = template.putObject("special_tokens").putObject(token);
    special.put("id", token).putArray("ids").add(id);
    special.putArray("tokens").add(token);
    ObjectNode both = JsonMapper.shared().createObjectNode().put("type", "Sequence");
    both.putArray("processors").add(bytes).add(template);
    return both;
  }

  private static void addSpecial(ArrayNode to, String token, int type) {
    to.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
  }

  private static void addSequence(ArrayNode to, String sequence, int type) {
    to.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
  }

  // ---- tokenizer_config.json ------------------------------------------------------------------

  private ObjectNode settings() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    SPECIALS.forEach((name, key) -> id(key).ifPresent(id -> json.put(name, tokens.get((int) id))));
    json.put("clean_up_tokenization_spaces", false);
    metadata.text(TEMPLATE).ifPresent(template -> json.put("chat_template", template));
    return json;
  }

  private OptionalLong id(String key) {
    OptionalLong id = metadata.whole(key);
    if (id.isPresent() && (id.getAsLong() < 0 || id.getAsLong() >= tokens.size())) {
      throw metadata.refused(
          key, "is %s, but there are %s tokens".formatted(id.getAsLong(), tokens.size()));
    }
    return id;
  }

  /** Returns the tokens that end a response, the end token first. */
  static List<Long> ends(GgufMetadata metadata) {
    List<Long> ends = new ArrayList<>();
    for (String key : ENDS) {
      metadata
          .whole(key)
          .ifPresent(id -> {
            if (id >= 0 && id < 1L << 31 && !ends.contains(id)) {
              ends.add(id);
            }
          });
    }
    return ends;
  }

  /** Describes the kind of tokenizer, its pre-tokenizer and its number of tokens. */
  static String described(GgufMetadata metadata) {
    return "%s, pre-tokenizer %s, %s tokens"
        .formatted(
            metadata.text(MODEL).orElse("none"),
            metadata.text(PRE).orElse("not named"),
            metadata.texts(TOKENS).map(List::size).orElse(0));
  }

  /** Reports keys of the tokenizer that were not used. */
  static void noteUnused(GgufMetadata metadata, String file) {
    Set<String> harmless =
        new HashSet<>(
            List.of(
                "tokenizer.ggml.scores",
                "tokenizer.ggml.token_type_count",
                "tokenizer.ggml.seperator_token_id",
                "tokenizer.ggml.cls_token_id",
                "tokenizer.ggml.mask_token_id",
                "tokenizer.ggml.add_sep_token",
                "tokenizer.ggml.remove_extra_whitespaces",
                "tokenizer.ggml.prefix_token_id",
                "tokenizer.ggml.suffix_token_id",
                "tokenizer.ggml.middle_token_id"));
    List<String> unused =
        metadata.unasked().stream()
            .filter(key -> key.startsWith("tokenizer.") && !harmless.contains(key))
            .filter(key -> !key.startsWith("tokenizer.ggml.fim_"))
            .toList();
    Optional.of(unused)
        .filter(list -> !list.isEmpty())
        .ifPresent(list ->
            Notices.say("%s: keys that are not used: %s".formatted(file, String.join(", ", list))));
  }
}
