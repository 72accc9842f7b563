package io.braid.run.train;

import io.braid.FileError;
import io.braid.MetricValues;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.run.MetricsFile;
import io.braid.run.RunDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records the metrics of a run: a JSON line in {@code metrics.jsonl} and a point on each
 * TensorBoard curve per step.
 *
 * <p>A line is written before the next step begins, so a killed run loses at most the last step.
 */
public final class Metrics implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private final Path file;
  private final FileChannel lines;
  private final TensorBoard board;
  private final Clock clock;

  private Metrics(Path file, FileChannel lines, TensorBoard board, Clock clock) {
    this.file = file;
    this.lines = lines;
    this.board = board;
    this.clock = clock;
  }

  /**
   * Opens the files after a step; removes the lines of later steps and a line that a crash left
   * incomplete.
   *
   * @param lastStep the step of the checkpoint that the run is resumed from; 0 for a new run
   */
  public static Metrics open(RunDirectory run, long lastStep) {
    return open(run, lastStep, Clock.systemUTC());
  }

  static Metrics open(RunDirectory run, long lastStep, Clock clock) {
    Path file = run.metrics();
    try {
      AtomicFile.write(file, upTo(lastStep, file));
      FileChannel lines = FileChannel.open(file, StandardOpenOption.APPEND);
      try {
        TensorBoard board = TensorBoard.open(run.tensorBoard(), lastStep, clock);
        return new Metrics(file, lines, board, clock);
      } catch (RuntimeException e) {
        lines.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static String upTo(long lastStep, Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    StringBuilder kept = new StringBuilder();
    // Not readString: an incomplete line may end within a character.
    new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> isOfStepUpTo(lastStep, file, line))
        .forEach(line -> kept.append(line).append('\n'));
    return kept.toString();
  }

  private static boolean isOfStepUpTo(long lastStep, Path file, String line) {
    try {
      JsonNode values = JSON.readTree(line);
      MetricsFile.refuseOlder(file, values);
      JsonNode step = values.path(MetricsFile.STEP);
      return step.isIntegralNumber() && step.asLong() <= lastStep;
    } catch (JacksonException _) {
      return false;
    }
  }

  /**
   * Records the metrics of a step.
   *
   * @param step counted from 1
   * @param values values of the metrics; values that are not finite become null in the file
   */
  public void record(long step, MetricValues values) {
    ObjectNode line = JSON.createObjectNode();
    line.put(MetricsFile.STEP, step);
    line.put(MetricsFile.TIME, clock.instant().toString());
    values
        .byName()
        .forEach((name, number) -> {
          if (Double.isFinite(number)) {
            line.put(name, number);
          } else {
            line.putNull(name);
          }
        });
    try {
      AtomicFile.writeAll(
          lines, (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failed(file, e);
    }
    board.scalars(step, values.byName());
  }

  @Override
  public void close() {
    try (board) {
      lines.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static UserError failed(Path file, IOException e) {
    return FileError.writing(file, e);
  }
}
