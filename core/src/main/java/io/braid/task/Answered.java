package io.braid.task;

import io.braid.UserError;
import io.braid.task.records.DataRecord;
import io.braid.task.records.RecordFile;
import io.braid.templates.ChatMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A question with a response from a file, and the problem against which the response can be judged.
 *
 * @param question the question
 * @param response the complete response
 * @param conversation all messages of the chat whose last user message is the question; empty if
 *     there is no chat
 * @param where location for error messages, such as {@code data.jsonl line 3}
 * @param problem the problem, if the record has a reference other than the response itself
 */
public record Answered(
    String question,
    String response,
    List<ChatMessage> conversation,
    String where,
    Optional<Problem> problem) {
  /** Copies the list. */
  public Answered {
    conversation = List.copyOf(conversation);
  }

  /**
   * Reads a file in its order, skipping records without a question or a response.
   *
   * @param where which records to read
   * @param fields the keys of the question and the reference answer
   * @param response the key of the response; if absent, the first of {@code response}, {@code
   *     solution} and {@code answer} that a record has
   * @throws UserError if the file is missing, malformed, empty or of an unknown kind, or a record
   *     lacks a key
   */
  public static List<Answered> read(
      Path file, Where where, ProblemFields fields, Optional<String> response) {
    List<Answered> all = new ArrayList<>();
    for (DataRecord values : RecordFile.read(file, where.split())) {
      if (!where.takes(values)) {
        continue;
      }
      String responseKey = values.key("response", response, ProblemFields.responses(values));
      Optional<DataRecord.Asked> asked =
          values.asked(values.key("question", fields.question(), ProblemFields.QUESTIONS));
      Optional<String> text = values.answered(responseKey);
      if (asked.isPresent() && text.isPresent()) {
        Optional<Problem> problem = ProblemFile.judged(values, fields, responseKey);
        DataRecord.Asked worded = fields.worded(values, asked.get());
        all.add(
            new Answered(
                worded.question(), text.get(), worded.conversation(), values.where(), problem));
      }
    }
    if (all.isEmpty()) {
      throw new UserError(
          "%s has no responses: no record has both a question and a response".formatted(file));
    }
    return all;
  }
}
