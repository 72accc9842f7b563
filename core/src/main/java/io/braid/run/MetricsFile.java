package io.braid.run;

import io.braid.FileError;
import io.braid.Metric;
import io.braid.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the {@code metrics.jsonl} of a run. */
public final class MetricsFile {
  /** The key of a line's step, counted from 1. */
  public static final String STEP = "step";

  /** The key of the time at which a line was written. */
  public static final String TIME = "time";

  /** Metric names in older versions contained a slash, such as {@code seconds/step}. */
  private static final char OLDER = '/';

  private MetricsFile() {}

  /**
   * The line of a step.
   *
   * @param step counted from 1; 0 is an evaluation before the first step
   * @param values the line as JSON
   */
  public record Line(int step, JsonNode values) {
    /** Returns a metric's value; NaN if the step has none or it was not finite. */
    public double get(Metric metric) {
      return values.path(metric.name()).asDouble(Double.NaN);
    }
  }

  /**
   * Passes the lines to the consumer in order, except for an incomplete line left by a crash.
   *
   * @throws UserError if the file cannot be read, or was written by an older version
   */
  public static void forEach(Path file, Consumer<Line> to) {
    try (Stream<String> lines = Files.lines(file)) {
      lines.forEach(line -> {
        JsonNode values = parsed(line);
        if (values.path(STEP).isIntegralNumber()) {
          refuseOlder(file, values);
          to.accept(new Line(values.path(STEP).asInt(), values));
        }
      });
    } catch (UncheckedIOException e) {
      throw FileError.reading(file, FileError.cause(e));
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  /**
   * Rejects a line with metric names from an older version.
   *
   * @throws UserError if the names are from an older version
   */
  public static void refuseOlder(Path file, JsonNode line) {
    if (line.propertyNames().stream().anyMatch(name -> name.indexOf(OLDER) >= 0)) {
      throw new UserError(
          "%s: was written by an older version, whose metrics have other names (docs/metrics.md lists the current ones); run it again in another directory"
              .formatted(file));
    }
  }

  private static JsonNode parsed(String line) {
    try {
      return JsonMapper.shared().readTree(line);
    } catch (JacksonException _) {
      return JsonMapper.shared().createObjectNode();
    }
  }
}
