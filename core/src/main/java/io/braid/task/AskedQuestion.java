package io.braid.task;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.image.ImageSource;
import io.braid.task.images.RecordImages;
import io.braid.task.records.DataRecord;
import io.braid.task.records.RecordFile;
import io.braid.task.records.TextLines;
import io.braid.templates.ChatMessage;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A question without a reference, which a model can answer but nobody can judge.
 *
 * @param question the question
 * @param conversation all messages of the chat whose last user message is the question; empty if
 *     the question is the only message
 * @param images the images of the question, as {@link Problem#images}
 * @param where location for messages, such as {@code data.jsonl line 3}
 */
public record AskedQuestion(
    String question, List<ChatMessage> conversation, List<ImageSource> images, String where) {
  private static final Logger LOG = LoggerFactory.getLogger(AskedQuestion.class);

  /** Copies the lists. */
  public AskedQuestion {
    conversation = List.copyOf(conversation);
    images = List.copyOf(images);
  }

  /** Creates a single question without images. */
  public AskedQuestion(String question, String where) {
    this(question, List.of(), List.of(), where);
  }

  /**
   * Reads the questions of a file in its order: the lines of a text file that are not blank, or the
   * records of a data file. Records without a question are skipped; a warning says how many.
   *
   * @param fields the key of the question, and the template that words it
   * @throws UserError if the file is missing, malformed or of an unknown kind, or has no question
   */
  public static List<AskedQuestion> read(Path file, Optional<String> split, ProblemFields fields) {
    List<AskedQuestion> all =
        TextLines.isNamed(file.toString()) ? lines(file) : records(file, split, fields);
    if (all.isEmpty()) {
      throw new UserError("%s: has no prompts".formatted(file));
    }
    return all;
  }

  private static List<AskedQuestion> lines(Path file) {
    if (!Files.exists(file)) {
      throw FileError.reading(file, new NoSuchFileException(file.toString()));
    }
    return TextLines.read(file).stream()
        .map(line -> new AskedQuestion(line.text(), "%s line %s".formatted(file, line.number())))
        .toList();
  }

  private static List<AskedQuestion> records(
      Path file, Optional<String> split, ProblemFields fields) {
    List<AskedQuestion> all = new ArrayList<>();
    RecordImages images = new RecordImages(file, fields);
    int[] skipped = {0};
    RecordFile.forEach(
        file,
        split,
        values -> {
          Optional<DataRecord.Asked> asked =
              values.asked(values.key("question", fields.question(), ProblemFields.QUESTIONS));
          if (asked.isEmpty()) {
            skipped[0]++;
            return;
          }
          DataRecord.Asked worded = fields.worded(values, asked.get());
          all.add(
              new AskedQuestion(
                  worded.question(),
                  worded.conversation(),
                  images.of(values, worded.question(), worded.conversation()),
                  values.where()));
        });
    images.check(file);
    if (skipped[0] > 0) {
      LOG.warn("{}: skipped {} records without a question", file, skipped[0]);
    }
    return all;
  }
}
