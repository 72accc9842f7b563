package io.braid.text;

import io.braid.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * verl's character tokenizer, a Python class whose model directory contains only {@code char_ords},
 * the code points of its characters, in {@code tokenizer_config.json}. It has four special tokens
 * (S separates prompt and response, E ends, P pads, U is unknown) and one token per character.
 */
final class CharacterTokenizer {
  private static final String ORDS = "char_ords";
  private static final List<String> SPECIALS = List.of("S", "E", "P", "U");
  private static final List<String> NAMES =
      List.of("sep_token", "eos_token", "pad_token", "unk_token");
  private static final int MOST = 100_000;

  private CharacterTokenizer() {}

  /** Returns whether a {@code tokenizer_config.json} describes this tokenizer. */
  static boolean isIn(JsonNode config) {
    return config.path(ORDS).isArray();
  }

  /**
   * Returns the tokenizer as a {@code tokenizer.json}.
   *
   * @throws UserError if a number is not the code of a character
   */
  static String json(JsonNode config, Path file) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("version", "1.0");
    ArrayNode added = root.putArray("added_tokens");
    ObjectNode vocabulary = JsonMapper.shared().createObjectNode();
    List<String> tokens = new ArrayList<>(SPECIALS);
    tokens.addAll(characters(config, file));
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    for (int id = 0; id < SPECIALS.size(); id++) {
      added.add(special(id, SPECIALS.get(id)));
    }
    ObjectNode split = root.putObject("pre_tokenizer");
    split.put("type", "Split").put("behavior", "Isolated").put("invert", false);
    split.putObject("pattern").put("Regex", "[\\s\\S]");
    root.putObject("decoder").put("type", "Fuse");
    ObjectNode model = root.putObject("model");
    model.put("type", "WordLevel").put("unk_token", "U").set("vocab", vocabulary);
    return JsonMapper.shared().writeValueAsString(root);
  }

  private static ObjectNode special(int id, String text) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("id", id)
        .put("content", text)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  private static List<String> characters(JsonNode config, Path file) {
    List<String> characters = new ArrayList<>();
    for (JsonNode ord : config.path(ORDS)) {
      boolean one = ord.isInt() && Character.isValidCodePoint(ord.asInt());
      String text = one ? Character.toString(ord.asInt()) : "";
      if (!one || SPECIALS.contains(text) || characters.size() >= MOST) {
        throw new UserError(
            "%s: char_ords: %s is not the number of a character other than S, E, P and U, which are its special tokens"
                .formatted(file, ord));
      }
      characters.add(text);
    }
    return characters;
  }

  /** Returns the configuration with the named special tokens that chat templates need. */
  static JsonNode named(JsonNode config) {
    ObjectNode named = JsonMapper.shared().createObjectNode();
    for (int id = 0; id < SPECIALS.size(); id++) {
      named.put(NAMES.get(id), SPECIALS.get(id));
    }
    config.properties().forEach(entry -> named.set(entry.getKey(), entry.getValue()));
    return named;
  }
}
