package io.braid.gguf;

import io.braid.UserError;
import io.braid.checkpoint.JsonFile;
import io.braid.checkpoint.ModelDirectory;
import io.braid.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * Writes the tokenizer of a model directory as GGUF metadata. Only tokenizers that llama.cpp can
 * reproduce are supported: byte-level BPE with a known pre-tokenizer.
 */
final class GgufVocabulary {
  private final ModelDirectory directory;
  private final Path file;
  private final JsonNode json;
  private final int rows;

  /** Reads {@code tokenizer.json}; {@code rows} is the number of rows of the embedding. */
  GgufVocabulary(ModelDirectory directory, int rows) {
    this.directory = directory;
    this.file = directory.path().resolve("tokenizer.json");
    this.json = JsonFile.read(file);
    this.rows = rows;
  }

  void write(GgufWriter writer) {
    PreTokenizer pre = preTokenizer();
    writer.text(GgufTokenizer.MODEL, "gpt2");
    writer.text(GgufTokenizer.PRE, pre.word());
    writeTokens(writer);
    writer.texts(GgufTokenizer.MERGES, merges());
    try (Tokenizer tokenizer = Tokenizer.load(directory.path())) {
      writeSpecials(writer, tokenizer);
      tokenizer.chatTemplate().ifPresent(text -> writer.text(GgufTokenizer.TEMPLATE, text));
    }
  }

  private PreTokenizer preTokenizer() {
    JsonNode model = json.path("model");
    String type = model.path("type").asString("BPE");
    if (!type.equals("BPE") || !json.path("decoder").toString().contains("\"ByteLevel\"")) {
      throw refused(
          "model.type",
          "the tokenizer is %s, and Braid writes byte-level BPE only; if there is a GGUF file of the original model, name it with --tokenizer"
              .formatted(type.equals("BPE") ? "BPE without bytes (SentencePiece)" : type));
    }
    String normalizer = json.path("normalizer").path("type").asString("");
    boolean composes = normalizer.equals("NFC");
    boolean empty =
        normalizer.isEmpty()
            || (normalizer.equals("Sequence")
                && json.path("normalizer").path("normalizers").isEmpty());
    if (!composes && !empty) {
      throw refused("normalizer", "llama.cpp does not normalise texts (%s)".formatted(normalizer));
    }
    for (String key : List.of("byte_fallback", "continuing_subword_prefix", "end_of_word_suffix")) {
      JsonNode value = model.path(key);
      if (value.asBoolean(false) || (value.isString() && !value.asString().isEmpty())) {
        throw refused("model." + key, "is %s, which GGUF has no place for".formatted(value));
      }
    }
    return PreTokenizer.of(
            json.path("pre_tokenizer"), model.path("ignore_merges").asBoolean(false), composes)
        .orElseThrow(() ->
            refused(
                "pre_tokenizer",
                "splits texts differently from the pre-tokenizers that Braid writes (%s); if there is a GGUF file of the original model, name it with --tokenizer"
                    .formatted(PreTokenizer.known())));
  }

  private void writeTokens(GgufWriter writer) {
    String[] tokens = new String[rows];
    int[] types = new int[rows];
    Arrays.fill(types, GgufTokenizer.UNUSED);
    json.path("model")
        .path("vocab")
        .properties()
        .forEach(each -> put(each.getKey(), each.getValue(), GgufTokenizer.NORMAL, tokens, types));
    for (JsonNode added : json.path("added_tokens")) {
      boolean special = added.path("special").asBoolean(false);
      put(
          added.path("content").asString(""),
          added.path("id"),
          special ? GgufTokenizer.CONTROL : GgufTokenizer.USER_DEFINED,
          tokens,
          types);
    }
    List<String> all = new ArrayList<>();
    for (int id = 0; id < rows; id++) {
      all.add(types[id] == GgufTokenizer.UNUSED ? "[PAD%s]".formatted(id) : tokens[id]);
    }
    writer.texts(GgufTokenizer.TOKENS, all);
    writer.wholes(GgufTokenizer.TYPES, types);
  }

  private void put(String token, JsonNode id, int type, String[] tokens, int[] types) {
    if (!id.canConvertToInt() || id.asInt() < 0 || id.asInt() >= rows) {
      throw refused(
          "model.vocab", "the id %s of %s is not below vocab_size (%s)".formatted(id, token, rows));
    }
    tokens[id.asInt()] = token;
    types[id.asInt()] = type;
  }

  private List<String> merges() {
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : json.path("model").path("merges")) {
      merges.add(
          merge.isArray()
              ? merge.path(0).asString("") + " " + merge.path(1).asString("")
              : merge.asString(""));
    }
    return merges;
  }

  private void writeSpecials(GgufWriter writer, Tokenizer tokenizer) {
    writer.flag(GgufTokenizer.ADD_BOS, addsBos(tokenizer));
    tokenizer.bosId().ifPresent(id -> writer.whole("tokenizer.ggml.bos_token_id", id));
    tokenizer.padId().ifPresent(id -> writer.whole("tokenizer.ggml.padding_token_id", id));
    OptionalLong unknown =
        Optional.ofNullable(tokenizer.specialTokens().get("unk_token"))
            .map(tokenizer::id)
            .orElse(OptionalLong.empty());
    unknown.ifPresent(id -> writer.whole("tokenizer.ggml.unknown_token_id", id));
    List<Long> ends = new ArrayList<>();
    tokenizer.eosId().ifPresent(ends::add);
    directory.generation().endIds().stream()
        .filter(id -> !ends.contains(id) && id >= 0 && id < rows)
        .forEach(ends::add);
    for (int i = 0; i < Math.min(ends.size(), GgufTokenizer.ENDS.size()); i++) {
      writer.whole(GgufTokenizer.ENDS.get(i), ends.get(i));
    }
  }

  /** Returns whether the tokenizer adds BOS at the beginning and no other token. */
  private boolean addsBos(Tokenizer tokenizer) {
    long[] bare = tokenizer.encode("a");
    long[] whole = tokenizer.encodeWithSpecials("a");
    if (Arrays.equals(bare, whole)) {
      return false;
    }
    boolean bos =
        whole.length == bare.length + 1
            && tokenizer.bosId().equals(OptionalLong.of(whole[0]))
            && Arrays.equals(bare, Arrays.copyOfRange(whole, 1, whole.length));
    if (!bos) {
      throw refused(
          "post_processor", "adds other tokens than bos_token in front, which GGUF cannot say");
    }
    return true;
  }

  private UserError refused(String key, String what) {
    return new UserError("%s: %s: %s".formatted(file, key, what));
  }
}
