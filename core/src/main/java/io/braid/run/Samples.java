package io.braid.run;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The sampled responses of a run: one JSONL file per step, one response per line. */
public final class Samples {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** The keys that distinguish a sample from a record of a data set. */
  private static final List<String> OWN_KEYS =
      List.of("prompt", "response", "finish", "prompt_tokens", "response_tokens");

  /** The keys that files of older versions lack. */
  private static final List<String> NEWER_KEYS = List.of("gold", "reading", "reason");

  private Samples() {}

  /** Writes the samples of a step, replacing the samples from an earlier attempt at the step. */
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
   * @throws UserError if it is missing or contains a line that is not a sample
   */
  public static List<Sample> read(Path file) {
    List<Sample> samples = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!(JSON.readTree(line) instanceof ObjectNode sample)) {
          throw new UserError(notOne(file, samples.size() + 1));
        }
        NEWER_KEYS.stream().filter(key -> !sample.has(key)).forEach(sample::putNull);
        samples.add(JSON.treeToValue(sample, Sample.class));
      }
      return List.copyOf(samples);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (JacksonException e) {
      throw new UserError(notOne(file, samples.size() + 1), e);
    }
  }

  /** Returns whether a directory is a run's and has samples. */
  public static boolean areOf(Path run) {
    return !files(run).isEmpty();
  }

  /**
   * Reads all samples of a run, step by step.
   *
   * @param run the directory of the run, which may be running
   * @throws UserError if a file cannot be read or contains a line that is not a sample
   */
  public static List<Sample> readAll(Path run) {
    return files(run).stream().map(Samples::read).flatMap(List::stream).toList();
  }

  private static List<Path> files(Path run) {
    Path samples = run.resolve(RunDirectory.SAMPLES);
    if (!Files.isDirectory(samples)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(samples)) {
      return files
          .filter(file -> step(file) > 0)
          .sorted(Comparator.comparingLong(Samples::step))
          .toList();
    } catch (IOException e) {
      throw FileError.reading(samples, e);
    }
  }

  private static String notOne(Path file, int line) {
    return file + ":" + line + ": not a sample; delete the line";
  }

  /** Returns whether a file's first line has the keys of a sample. */
  public static boolean areIn(Path file) {
    if (!Files.isRegularFile(file) || !file.toString().endsWith(".jsonl")) {
      return false;
    }
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      JsonNode first = JSON.readTree(Optional.ofNullable(reader.readLine()).orElse(""));
      return OWN_KEYS.stream().allMatch(first::has);
    } catch (IOException | JacksonException e) {
      return false; // whoever reads it as another kind of file reports the error
    }
  }

  /** Removes the samples of steps after {@code lastStep}, which a resumed run repeats. */
  public static void removeAfter(RunDirectory run, long lastStep) {
    if (!Files.isDirectory(run.samples())) {
      return;
    }
    try (Stream<Path> files = Files.list(run.samples())) {
      for (Path file : files.filter(file -> step(file) > lastStep).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw FileError.cannotBe("cleared", run.samples(), e);
    }
  }

  private static long step(Path file) {
    String name = file.getFileName().toString();
    return name.matches("step-\\d{1,18}\\.jsonl")
        ? Long.parseLong(name.substring("step-".length(), name.indexOf('.')))
        : 0;
  }
}
