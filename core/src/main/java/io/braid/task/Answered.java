package io.braid.task;

import io.braid.UserError;
import io.braid.image.ImageSource;
import io.braid.task.images.RecordImages;
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
 * @param images the images of the question, as {@link Problem#images}
 * @param where location for error messages, such as {@code data.jsonl line 3}
 * @param problem the problem, if the record has a reference other than the response itself
 */
public record Answered(
    String question,
    String response,
    List<ChatMessage> conversation,
    List<ImageSource> images,
    String where,
    Optional<Problem> problem) {
  /** Copies the lists. */
  public Answered {
    conversation = List.copyOf(conversation);
    images = List.copyOf(images);
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
    RecordImages images = new RecordImages(file, fields);
    RecordFile.forEach(
        file,
        where.split(),
        values -> {
          if (where.takes(values)) {
            answered(values, fields, response, images).ifPresent(all::add);
          }
        });
    images.check(file);
    if (all.isEmpty()) {
      throw new UserError(
          "%s has no responses: no record has both a question and a response".formatted(file));
    }
    return all;
  }

  private static Optional<Answered> answered(
      DataRecord values, ProblemFields fields, Optional<String> response, RecordImages images) {
    String responseKey = values.key("response", response, ProblemFields.responses(values));
    Optional<DataRecord.Asked> asked =
        values.asked(values.key("question", fields.question(), ProblemFields.QUESTIONS));
    Optional<String> text = values.answered(responseKey);
    if (asked.isEmpty() || text.isEmpty()) {
      return Optional.empty();
    }
    DataRecord.Asked worded = fields.worded(values, asked.get());
    return Optional.of(
        new Answered(
            worded.question(),
            text.get(),
            worded.conversation(),
            images.of(values, worded.question(), worded.conversation()),
            values.where(),
            ProblemFile.judged(values, fields, responseKey)));
  }
}
