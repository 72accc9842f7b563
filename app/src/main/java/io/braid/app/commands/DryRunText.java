package io.braid.app.commands;

import io.braid.run.train.DryRun;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the findings of a dry run. */
final class DryRunText {
  private static final int LONGEST = 2_000;

  private DryRunText() {}

  /** Returns the text of a prompt; the middle of a long one is left out. */
  static String prompt(String text) {
    int half = LONGEST / 2;
    String shown =
        text.length() <= LONGEST
            ? text
            : text.substring(0, half)
                + "\n… %s characters …\n".formatted(text.length() - LONGEST)
                + text.substring(text.length() - half);
    return shown.stripTrailing();
  }

  static ObjectNode json(DryRun found) {
    ObjectNode object = JsonMapper.shared().createObjectNode();
    ArrayNode rows = object.putArray("rows");
    found.rows().forEach(row -> rows.addObject().put("name", row.name()).put("text", row.text()));
    ArrayNode prompts = object.putArray("prompts");
    found.prompts().forEach(prompts::add);
    return object;
  }
}
