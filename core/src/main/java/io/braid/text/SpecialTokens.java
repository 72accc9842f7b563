package io.braid.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The named special tokens in a model directory and their strings, as chat templates see them:
 * {@code bos_token}, {@code eos_token} and so on.
 */
record SpecialTokens(Map<String, String> byName) {
  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  SpecialTokens {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /**
   * Reads the tokens; {@code tokenizer_config.json} takes precedence over {@code
   * special_tokens_map.json}.
   */
  static SpecialTokens read(JsonNode config, JsonNode map) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : NAMES) {
      text(config.path(name))
          .or(() -> text(map.path(name)))
          .ifPresent(text -> found.put(name, text));
    }
    return new SpecialTokens(found);
  }

  /**
   * Returns the text of a special token, which is written as a string or as an object with {@code
   * content}.
   */
  private static Optional<String> text(JsonNode node) {
    JsonNode text = node.isObject() ? node.path("content") : node;
    return text.isString() ? Optional.of(text.asString()) : Optional.empty();
  }

  Optional<String> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
