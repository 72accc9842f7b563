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

/** {@code records.jsonl}: a {@link ProblemRecord} a line, appended as problems are done. */
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
   * Opens the file behind its last whole line; half a line, which a killed process left, is
   * dropped.
   *
   * @throws UserError when it cannot be
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
   * Reads one record after the other, so that long responses are never held all at once. Half a
   * line at the end is passed over.
   *
   * @throws UserError when the file cannot be read or a whole line is not a record
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
        "%s:%s: not a record; delete the line, and --resume asks its problem again"
            .formatted(file, number);
    try {
      return Optional.ofNullable(JSON.readValue(line, ProblemRecord.class))
          .orElseThrow(() -> new UserError(notOne));
    } catch (JacksonException e) {
      throw new UserError(notOne, e);
    }
  }

  /** The bytes up to and with the last line end. */
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
   * Appends a record, which is on the disk when this returns.
   *
   * @throws UserError if the disk refuses
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
