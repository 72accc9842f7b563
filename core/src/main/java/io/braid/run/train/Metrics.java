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
 * TensorBoard curve per step. A tracker receives them too.
 *
 * <p>A line is written before the next step begins, so a killed run loses at most the last step.
 */
public final class Metrics implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private final Path file;
  private FileChannel lines;
  private final TensorBoard board;
  private final Tracker tracker;
  private final Clock clock;

  private Metrics(Path file, FileChannel lines, TensorBoard board, Tracker tracker, Clock clock) {
    this.file = file;
    this.lines = lines;
    this.board = board;
    this.tracker = tracker;
    this.clock = clock;
  }

  /**
   * Opens the files after a step; removes the lines of later steps and a line that a crash left
   * incomplete.
   *
   * @param lastStep the step of the checkpoint that the run is resumed from; 0 for a new run
   * @param tracker receives a copy; it is not closed
   */
  static Metrics open(RunDirectory run, long lastStep, Tracker tracker) {
    return open(run, lastStep, tracker, Clock.systemUTC());
  }

  static Metrics open(RunDirectory run, long lastStep, Tracker tracker, Clock clock) {
    Path file = run.metrics();
    try {
      AtomicFile.write(file, upTo(lastStep, file));
      FileChannel lines = FileChannel.open(file, StandardOpenOption.APPEND);
      try {
        TensorBoard board = TensorBoard.open(run.tensorBoard(), lastStep, clock);
        return new Metrics(file, lines, board, tracker, clock);
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
    try {
      AtomicFile.writeAll(lines, text(put(line(step), values)).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failed(file, e);
    }
    board.scalars(step, values.byName());
    tracker.record(step, values, clock.millis());
  }

  /**
   * Adds metrics to the line of a step that was recorded earlier, or records them on a new line if
   * there is none.
   *
   * @param step the last recorded step; 0 before the first step
   */
  public void amend(long step, MetricValues values) {
    try {
      StringBuilder all = new StringBuilder();
      ObjectNode amended = line(step);
      for (String each : Files.readAllLines(file)) {
        if (JSON.readTree(each) instanceof ObjectNode earlier
            && earlier.path(MetricsFile.STEP).asLong() == step) {
          amended = earlier;
        } else {
          all.append(each).append('\n');
        }
      }
      AtomicFile.write(file, all + text(put(amended, values)));
      lines.close();
      lines = FileChannel.open(file, StandardOpenOption.APPEND); // the file is another one
    } catch (IOException e) {
      throw failed(file, e);
    }
    board.scalars(step, values.byName());
    tracker.amend(step, values, clock.millis());
  }

  private ObjectNode line(long step) {
    return JSON.createObjectNode()
        .put(MetricsFile.STEP, step)
        .put(MetricsFile.TIME, clock.instant().toString());
  }

  private static ObjectNode put(ObjectNode line, MetricValues values) {
    values
        .byName()
        .forEach((name, number) -> {
          if (Double.isFinite(number)) {
            line.put(name, number);
          } else {
            line.putNull(name);
          }
        });
    return line;
  }

  private static String text(ObjectNode line) {
    return JSON.writeValueAsString(line) + "\n";
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
