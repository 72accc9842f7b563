package io.braid.checkpoint;

import io.braid.UserError;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code config.json} of a model that reads images. The keys of its language model are at the
 * top level or in {@code text_config}, which then counts, as in transformers 5.
 */
final class VisionJson {
  private static final String TEXT = "text_config";
  private static final String TIED = "tie_word_embeddings";

  private VisionJson() {}

  /**
   * Returns the config with the keys of the language model at the top level.
   *
   * @param notes receives notices for the user
   * @throws UserError if {@code text_config} is not an object
   */
  static JsonNode flat(JsonNode json, List<String> notes) {
    JsonNode text = json.path(TEXT);
    if (text.isMissingNode() || text.isNull()) {
      return json;
    }
    if (!text.isObject()) {
      throw new UserError("%s must be an object or null; it is %s".formatted(TEXT, text));
    }
    ObjectNode flat = ((ObjectNode) json).deepCopy();
    flat.remove(TEXT);
    // A scaling at the top level belongs to a config without text_config.
    List.of("rope_scaling", "rope_parameters", "rope_theta").forEach(flat::remove);
    for (Map.Entry<String, JsonNode> each : text.properties()) {
      String key = each.getKey();
      JsonNode above = json.path(key);
      if (key.equals(TIED)) {
        flat.put(TIED, above.asBoolean(false) || each.getValue().asBoolean(false));
      } else if (!List.of("model_type", "architectures").contains(key)) {
        flat.set(key, each.getValue());
        if (!above.isMissingNode() && !above.equals(each.getValue())) {
          notes.add(
              "%s.%s is %s and counts; %s at the top level is %s"
                  .formatted(TEXT, key, each.getValue(), key, above));
        }
      }
    }
    return flat;
  }
}
