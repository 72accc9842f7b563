package io.braid.run.eval;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code records.jsonl}: one {@link ProblemRecord} per line, appended as problems are
 * finished.
 */
final class EvaluationRecords implements AutoCloseable {
  static final String NAME = "records.jsonl";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path file;
  private final FileChannel lines;

  private EvaluationRecords(Path file, FileChannel lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * Opens the file for appending; an incomplete last line, left by a killed process, is removed.
   *
   * @throws UserError if the file cannot be opened
   */
  static EvaluationRecords open(Path file) {
    try {
      FileChannel lines =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        lines.truncate(wholeLines(file));
        lines.position(lines.size());
        return new EvaluationRecords(file, lines);
      } catch (IOException e) {
        lines.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * Reads the records one by one, so that memory holds one at a time. An incomplete last line is
   * skipped.
   *
   * @throws UserError if the file cannot be read, or a complete line is not a record
   */
  static void read(Path file, Consumer<ProblemRecord> each) {
    if (!Files.exists(file)) {
      return;
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long number = 1;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          each.accept(record(file, number++, line.toString(StandardCharsets.UTF_8)));
          line.reset();
        } else {
          line.write(b);
        }
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static ProblemRecord record(Path file, long number, String line) {
    String notOne =
        "%s:%s: not a record; delete the line, and --resume samples its problem again"
            .formatted(file, number);
    try {
      return Optional.ofNullable(JSON.readValue(line, ProblemRecord.class))
          .orElseThrow(() -> new UserError(notOne));
    } catch (JacksonException e) {
      throw new UserError(notOne, e);
    }
  }

  /** Returns the number of bytes up to and including the last line break. */
  private static long wholeLines(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      long whole = 0;
      long at = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        at++;
        whole = b == '\n' ? at : whole;
      }
      return whole;
    }
  }

  /**
   * Appends a record and forces it to disk.
   *
   * @throws UserError if the file cannot be written
   */
  void append(ProblemRecord record) {
    try {
      AtomicFile.writeAll(
          lines, (JSON.writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8));
      lines.force(false);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static UserError failed(Path file, IOException e) {
    return FileError.cannotBe("read or written", file, e);
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }
}
