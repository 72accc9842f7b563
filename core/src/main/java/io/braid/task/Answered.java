package io.braid.task;

import io.braid.UserError;
import io.braid.task.records.Chat;
import io.braid.task.records.DataRecord;
import io.braid.task.records.RecordFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A question with a response that a file holds, and what the response can be judged against.
 *
 * @param question what was asked
 * @param response what was answered, whole
 * @param problem the problem, where the record has a reference that is not the response itself
 */
public record Answered(String question, String response, Optional<Problem> problem) {
  /**
   * Reads them in the order of the file; records without a question or a response are left out.
   *
   * @param fields which keys hold the question and the answer to judge by
   * @param response which key holds the response; else the first of {@code response}, {@code
   *     solution} and {@code answer} that a record has
   * @throws UserError when the file is missing, of another kind, malformed or empty, or a record
   *     lacks a key
   */
  public static List<Answered> read(Path file, ProblemFields fields, Optional<String> response) {
    List<Answered> all = new ArrayList<>();
    for (DataRecord values : RecordFile.read(file)) {
      String responseKey = values.key("response", response, ProblemFields.RESPONSES);
      Optional<String> question =
          values.said(
              values.key("question", fields.question(), ProblemFields.QUESTIONS), Chat.Side.USER);
      Optional<String> text = values.said(responseKey, Chat.Side.ASSISTANT);
      if (question.isPresent() && text.isPresent()) {
        Optional<Problem> problem = ProblemFile.judged(values, fields, responseKey);
        all.add(new Answered(question.get(), text.get(), problem));
      }
    }
    if (all.isEmpty()) {
      throw new UserError(
          "%s has no responses: no record has both a question and a response".formatted(file));
    }
    return all;
  }
}
