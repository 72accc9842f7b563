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
 * A question and a response that shows how to answer it, whole and as it was written.
 *
 * @param question what is asked
 * @param response what supervised fine-tuning teaches to say
 */
public record Demonstration(String question, String response) {
  /**
   * Reads demonstrations in the order of the file; records without a question or a response are
   * left out.
   *
   * @param fields which keys hold the question and (as the answer) the response
   * @throws UserError when the file is missing, of another kind, malformed or empty, or a record
   *     lacks a key
   */
  public static List<Demonstration> read(Path file, ProblemFields fields) {
    List<Demonstration> all = new ArrayList<>();
    for (DataRecord values : RecordFile.read(file)) {
      Optional<String> question =
          values.said(
              values.key("question", fields.question(), ProblemFields.QUESTIONS), Chat.Side.USER);
      Optional<String> response =
          values.said(
              values.key("response", fields.answer(), ProblemFields.RESPONSES),
              Chat.Side.ASSISTANT);
      if (question.isPresent() && response.isPresent()) {
        all.add(new Demonstration(question.get(), response.get()));
      }
    }
    if (all.isEmpty()) {
      throw new UserError(
          "%s has no demonstrations: no record has both a question and a response".formatted(file));
    }
    return all;
  }
}
