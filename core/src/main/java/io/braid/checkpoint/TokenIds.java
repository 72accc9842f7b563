package io.braid.checkpoint;

import io.braid.UserError;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads settings such as {@code eos_token_id}, which name one token, several or none. */
final class TokenIds {
  private TokenIds() {}

  /**
   * Reads the token ids of a setting.
   *
   * @param key the setting's name, for error messages
   * @throws UserError if the value is neither an integer, a list of integers, nor null
   */
  static List<Long> read(String key, JsonNode node) {
    List<Long> ids = new ArrayList<>();
    if (node.isMissingNode() || node.isNull()) {
      return ids;
    }
    for (JsonNode each : node.isArray() ? node : List.of(node)) {
      if (!each.isIntegralNumber() || !each.canConvertToLong()) {
        throw new UserError(
            "%s must be a token id or a list of token ids, got %s".formatted(key, each));
      }
      ids.add(each.asLong());
    }
    return ids;
  }
}
