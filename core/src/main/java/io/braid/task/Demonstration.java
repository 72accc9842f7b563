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
 * A question and a response that shows how to answer it, whole and as it was written.
 *
 * @param question what is asked
 * @param response what supervised fine-tuning teaches to say
 * @param conversation all messages of the chat in which the question is the user's last one; empty
 *     where it stands alone
 * @param where for messages: {@code data.jsonl line 3}; empty where it was made
 */
public record Demonstration(
    String question, String response, List<ChatMessage> conversation, String where) {
  /** Copies the list. */
  public Demonstration {
    conversation = List.copyOf(conversation);
  }

  /** A question that stands alone. */
  public Demonstration(String question, String response) {
    this(question, response, List.of(), "");
  }

  /**
   * Reads demonstrations in the order of the file; records without a question or a response are
   * left out.
   *
   * @param fields which keys hold the question and (as the answer) the response
   * @throws UserError when the file is missing, of another kind, malformed or empty, or a record
   *     lacks a key
   */
  public static List<Demonstration> read(Path file, ProblemFields fields) {
    return read(file, fields, Where.ALL);
  }

  /** As {@link #read(Path, ProblemFields)}, of the records that a filter takes. */
  public static List<Demonstration> read(Path file, ProblemFields fields, Where where) {
    List<DataRecord> taken =
        RecordFile.read(file, where.split()).stream().filter(where::takes).toList();
    if (taken.isEmpty()) {
      throw where.takesNothing(file);
    }
    List<Demonstration> all = new ArrayList<>();
    for (DataRecord values : taken) {
      Optional<DataRecord.Asked> asked =
          values.asked(values.key("question", fields.question(), ProblemFields.QUESTIONS));
      Optional<String> response =
          values.answered(values.key("response", fields.answer(), ProblemFields.responses(values)));
      if (asked.isPresent() && response.isPresent()) {
        DataRecord.Asked worded = fields.worded(values, asked.get());
        all.add(
            new Demonstration(
                worded.question(), response.get(), worded.conversation(), values.where()));
      }
    }
    if (all.isEmpty()) {
      throw new UserError(
          "%s has no demonstrations: no record has both a question and a response".formatted(file));
    }
    return all;
  }
}
