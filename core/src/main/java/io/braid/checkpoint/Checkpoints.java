package io.braid.checkpoint;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A run's checkpoints, one directory a step, each there whole or not at all.
 *
 * @param directory where they are
 * @param keep how many of the newest stay
 */
public record Checkpoints(Path directory, int keep) {
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,9})");

  /**
   * One checkpoint.
   *
   * @param step how many steps were done
   * @param path its directory
   */
  public record Checkpoint(int step, Path path) {}

  /** Checks the settings. */
  public Checkpoints {
    if (keep < 1) {
      throw new UserError("checkpoints: keep must be at least 1, here " + keep);
    }
  }

  /** Saves a step, then deletes the oldest beyond those to keep. */
  public void save(int step, Consumer<Path> writer) {
    WholeDirectory.write(directory.resolve("step-%06d".formatted(step)), writer);
    List<Checkpoint> all = all();
    for (Checkpoint old : all.subList(0, Math.max(0, all.size() - keep))) {
      try {
        WholeDirectory.delete(old.path());
      } catch (IOException e) {
        throw new UserError(old.path() + ": cannot be deleted (" + e.getMessage() + ")", e);
      }
    }
  }

  /** The newest, if there is any. */
  public Optional<Checkpoint> latest() {
    List<Checkpoint> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  private List<Checkpoint> all() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .flatMap(path -> parse(path).stream())
          .sorted(Comparator.comparingInt(Checkpoint::step))
          .toList();
    } catch (IOException e) {
      throw new UserError(directory + ": cannot be listed (" + e.getMessage() + ")", e);
    }
  }

  private static Optional<Checkpoint> parse(Path path) {
    Matcher matcher = NAME.matcher(String.valueOf(path.getFileName()));
    return matcher.matches()
        ? Optional.of(new Checkpoint(Integer.parseInt(matcher.group(1)), path))
        : Optional.empty();
  }
}
