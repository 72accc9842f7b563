package io.braid.text;

import io.braid.UserError;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** The tokens and ids of a {@code tokenizer.json}, in both directions, including added tokens. */
final class Vocabulary {
  /**
   * The largest accepted id. It is far above any id in a published tokenizer, so a file with a
   * larger id is broken.
   */
  private static final long MAX_ID = 1L << 24;

  private final Map<String, Integer> ids;
  private final String[] tokens;

  private Vocabulary(Map<String, Integer> ids) {
    this.ids = ids;
    int largest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    this.tokens = new String[largest + 1];
    Arrays.fill(tokens, "");
    ids.forEach((token, id) -> tokens[id] = token);
  }

  /**
   * Reads the vocabulary of any of the library's four models: BPE, WordPiece, WordLevel, Unigram.
   */
  static Vocabulary read(JsonNode tokenizer, Path file) {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.get(id).path(0).asString(""), id);
      }
    } else if (vocabulary.isObject()) {
      vocabulary.properties().forEach(e -> ids.put(e.getKey(), id(e.getValue(), file)));
    } else {
      throw new UserError(
          file + ": model.vocab is missing; the file is not a Hugging Face tokenizer.json");
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      ids.put(added.path("content").asString(""), id(added.path("id"), file));
    }
    return new Vocabulary(ids);
  }

  private static int id(JsonNode node, Path file) {
    if (!node.isIntegralNumber() || node.asLong() < 0 || node.asLong() >= MAX_ID) {
      throw new UserError(
          file + ": token id " + node + " is not a whole number between 0 and " + (MAX_ID - 1));
    }
    return (int) node.asLong();
  }

  int size() {
    return tokens.length;
  }

  Optional<String> token(long id) {
    return id < 0 || id >= tokens.length || !ids.containsKey(tokens[(int) id])
        ? Optional.empty()
        : Optional.of(tokens[(int) id]);
  }

  OptionalLong id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }
}
