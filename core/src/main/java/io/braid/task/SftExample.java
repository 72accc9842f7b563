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
 * An example for supervised fine-tuning: a question with the response to learn, as written in the
 * data.
 *
 * @param question the question
 * @param response the response to learn
 * @param conversation all messages of the chat whose last user message is the question; empty for a
 *     single question
 * @param images the images of the question, as {@link Problem#images}
 * @param where location for error messages, such as {@code data.jsonl line 3}; empty if the example
 *     was generated
 */
public record SftExample(
    String question,
    String response,
    List<ChatMessage> conversation,
    List<ImageSource> images,
    String where) {
  /** Copies the lists. */
  public SftExample {
    conversation = List.copyOf(conversation);
    images = List.copyOf(images);
  }

  /** Creates an example with a single question. */
  public SftExample(String question, String response) {
    this(question, response, List.of(), List.of(), "");
  }

  /**
   * Reads examples in the order of the file; skips records without a question or a response.
   *
   * @param fields the keys of the question and (as the answer) of the response
   * @throws UserError if the file is missing, malformed, empty or of an unknown kind, or a record
   *     lacks a key
   */
  public static List<SftExample> read(Path file, ProblemFields fields) {
    return read(file, fields, Where.ALL);
  }

  /**
   * Reads examples like {@link #read(Path, ProblemFields)}, but only from records that pass a
   * filter.
   */
  public static List<SftExample> read(Path file, ProblemFields fields, Where where) {
    List<SftExample> all = new ArrayList<>();
    RecordImages images = new RecordImages(file, fields);
    int[] taken = {0};
    RecordFile.forEach(
        file,
        where.split(),
        values -> {
          if (where.takes(values)) {
            taken[0]++;
            example(values, fields, images).ifPresent(all::add);
          }
        });
    if (taken[0] == 0) {
      throw where.takesNothing(file);
    }
    images.check(file);
    if (all.isEmpty()) {
      throw new UserError(
          "%s has no SFT examples: no record has both a question and a response".formatted(file));
    }
    return all;
  }

  private static Optional<SftExample> example(
      DataRecord values, ProblemFields fields, RecordImages images) {
    Optional<DataRecord.Asked> asked =
        values.asked(values.key("question", fields.question(), ProblemFields.QUESTIONS));
    Optional<String> response =
        values.answered(values.key("response", fields.answer(), ProblemFields.responses(values)));
    if (asked.isEmpty() || response.isEmpty()) {
      return Optional.empty();
    }
    DataRecord.Asked worded = fields.worded(values, asked.get());
    return Optional.of(
        new SftExample(
            worded.question(),
            response.get(),
            worded.conversation(),
            images.of(values, worded.question(), worded.conversation()),
            values.where()));
  }
}
