package io.braid.eval.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes record files as an evaluation does. */
final class Records {
  private Records() {}

  /** Creates a problem's line; a response {@code text!} is correct by the rule. */
  static String line(String problem, String suite, String reference, String... responses) {
    return JsonMapper.shared()
        .writeValueAsString(
            Map.of(
                "problem", problem,
                "suite", suite,
                "question", "What is " + problem + "?",
                "reference", reference,
                "responses", Arrays.stream(responses).map(Records::response).toList()));
  }

  private static Map<String, Object> response(String marked) {
    boolean correct = marked.endsWith("!");
    return Map.of(
        "text",
        correct ? marked.substring(0, marked.length() - 1) : marked,
        "finished",
        true,
        "tokens",
        3,
        "answer",
        "?",
        "correct",
        correct,
        "reward",
        correct ? 1.0 : 0.0,
        "reason",
        "as it is");
  }

  static List<EvaluationRecord> of(Path directory, String... lines) throws IOException {
    Path file = directory.resolve("records.jsonl");
    Files.writeString(file, String.join("\n", lines) + "\n");
    return EvaluationRecord.read(directory);
  }
}
