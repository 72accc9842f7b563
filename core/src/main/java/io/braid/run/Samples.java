package io.braid.run;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** What the model said: a JSONL file a step, one response a line. */
public final class Samples {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private Samples() {}

  /** Writes a step's samples, in place of what an earlier try at the step wrote. */
  public static void write(RunDirectory run, long step, List<Sample> samples) {
    StringBuilder lines = new StringBuilder();
    for (Sample sample : samples) {
      lines.append(JSON.writeValueAsString(sample)).append('\n');
    }
    AtomicFile.write(run.samples(step), lines.toString());
  }

  /**
   * Reads a file of samples.
   *
   * @throws UserError if it is missing or a line of it is not a sample
   */
  public static List<Sample> read(Path file) {
    List<Sample> samples = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        samples.add(JSON.readValue(line, Sample.class));
      }
      return List.copyOf(samples);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + e + "); check the path", e);
    } catch (JacksonException e) {
      throw new UserError(file + ":" + (samples.size() + 1) + ": not a sample; delete the line", e);
    }
  }

  /** Removes the samples of steps after {@code lastStep}, which a resumed run takes again. */
  public static void removeAfter(RunDirectory run, long lastStep) {
    if (!Files.isDirectory(run.samples())) {
      return;
    }
    try (Stream<Path> files = Files.list(run.samples())) {
      for (Path file : files.filter(file -> step(file) > lastStep).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UserError(run.samples() + ": cannot be cleared (" + e + "); check permissions", e);
    }
  }

  private static long step(Path file) {
    String name = file.getFileName().toString();
    return name.matches("step-\\d{1,18}\\.jsonl")
        ? Long.parseLong(name.substring("step-".length(), name.indexOf('.')))
        : 0;
  }
}
