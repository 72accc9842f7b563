package io.braid.checkpoint;

import io.braid.UserError;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Settings such as {@code eos_token_id}: a token, several, or none. */
final class TokenIds {
  private TokenIds() {}

  /**
   * The tokens that a setting names.
   *
   * @param key as it is called
   * @throws UserError when it is neither a whole number, a list of them, nor null
   */
  static List<Long> read(String key, JsonNode node) {
    List<Long> ids = new ArrayList<>();
    if (node.isMissingNode() || node.isNull()) {
      return ids;
    }
    for (JsonNode each : node.isArray() ? node : List.of(node)) {
      if (!each.isIntegralNumber() || !each.canConvertToLong()) {
        throw new UserError(
            "%s must be a token's number or a list of them; it holds %s".formatted(key, each));
      }
      ids.add(each.asLong());
    }
    return ids;
  }
}
