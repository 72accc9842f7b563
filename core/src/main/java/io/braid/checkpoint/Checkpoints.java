package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.Checksums.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A run's checkpoints: one directory per step, each written atomically.
 *
 * @param directory the directory that contains them
 * @param keep number of newest checkpoints to keep, at least 1
 */
public record Checkpoints(Path directory, int keep) {
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,9})");
  private static final String DAMAGED = "damaged-";

  /**
   * One checkpoint.
   *
   * @param step number of completed steps
   * @param path its directory
   */
  public record Checkpoint(int step, Path path) {
    private String name() {
      return String.valueOf(path.getFileName());
    }
  }

  /** A damaged checkpoint, which a run cannot resume from, and its first damage. */
  private record Damaged(Checkpoint checkpoint, Damage damage) {
    String message() {
      return "%s is damaged: %s %s"
          .formatted(checkpoint.name(), checkpoint.path.relativize(damage.file()), damage.what());
    }
  }

  /** Checks the settings. */
  public Checkpoints {
    if (keep < 1) {
      throw new UserError("checkpoints: keep must be at least 1, got " + keep);
    }
  }

  /**
   * Returns the directory name of the checkpoint after a number of steps, independent of the
   * locale.
   */
  public static String name(long step) {
    return String.format(Locale.ROOT, "step-%06d", step);
  }

  /** Saves a checkpoint, then deletes the oldest ones so that {@code keep} remain. */
  public void save(int step, Consumer<Path> writer) {
    save(step, writer, Optional.empty());
  }

  /**
   * Saves a checkpoint, then deletes the oldest ones so that {@code keep} remain.
   *
   * @param kept step of a checkpoint that is never deleted and does not count towards {@code keep}
   */
  public void save(int step, Consumer<Path> writer, Optional<Integer> kept) {
    save(step, writer, kept, AtomicDirectory::force);
  }

  void save(int step, Consumer<Path> writer, Optional<Integer> kept, AtomicDirectory.Force force) {
    AtomicDirectory.write(directory.resolve(name(step)), writer, force);
    List<Checkpoint> all =
        all().stream().filter(each -> !kept.equals(Optional.of(each.step))).toList();
    for (Checkpoint old : all.subList(0, Math.max(0, all.size() - keep))) {
      try {
        AtomicDirectory.delete(old.path());
      } catch (IOException e) {
        throw FileError.cannotBe("deleted", old.path(), e);
      }
    }
  }

  /** Returns the newest checkpoint, if any. */
  public Optional<Checkpoint> latest() {
    List<Checkpoint> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /** Returns the newest checkpoint with at most the given number of steps, if any. */
  public Optional<Checkpoint> newestUpTo(int step) {
    return all().stream().filter(each -> each.step <= step).reduce((_, newer) -> newer);
  }

  /**
   * Returns the newest undamaged checkpoint. Newer, damaged ones are renamed out of the way and
   * reported.
   *
   * @param say receives a message for each renamed checkpoint
   * @return empty if no checkpoint was saved yet
   * @throws UserError if there are checkpoints, but all of them are damaged
   */
  public Optional<Checkpoint> latestIntact(Consumer<String> say) {
    List<Damaged> damaged = new ArrayList<>();
    for (Checkpoint each : all().reversed()) {
      Optional<Damage> damage = Checksums.damageOf(each.path);
      if (damage.isEmpty()) {
        damaged.forEach(broken -> rename(broken, each, say));
        return Optional.of(each);
      }
      damaged.add(new Damaged(each, damage.get()));
    }
    if (!damaged.isEmpty()) {
      throw new UserError(
          "%s: every checkpoint is damaged (%s); restore the damaged file from a copy, or start again with another --out"
              .formatted(
                  directory, String.join("; ", damaged.stream().map(Damaged::message).toList())));
    }
    refuseUnknown();
    return Optional.empty();
  }

  private void rename(Damaged damaged, Checkpoint intact, Consumer<String> say) {
    Path renamed = directory.resolve(DAMAGED + damaged.checkpoint.name());
    for (int i = 2; Files.exists(renamed); i++) {
      renamed = directory.resolve(DAMAGED + damaged.checkpoint.name() + "-" + i);
    }
    try {
      Files.move(damaged.checkpoint.path, renamed, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FileError.cannotBe("renamed", damaged.checkpoint.path, e);
    }
    say.accept(
        "%s; it was renamed to %s, and the run resumes from %s"
            .formatted(damaged.message(), renamed.getFileName(), intact.name()));
  }

  /**
   * Rejects a directory with unknown subdirectories, since they may be renamed checkpoints of the
   * run being resumed.
   */
  private void refuseUnknown() {
    List<String> names =
        children().stream()
            .filter(Files::isDirectory)
            .map(path -> String.valueOf(path.getFileName()))
            .filter(name -> !name.startsWith("."))
            .sorted()
            .toList();
    if (!names.isEmpty()) {
      throw new UserError(
          "%s: contains no checkpoint to resume from, only %s; rename the checkpoint to a name such as %s, or start again with another --out"
              .formatted(directory, String.join(", ", names), name(100)));
    }
  }

  private List<Checkpoint> all() {
    return children().stream()
        .flatMap(path -> parse(path).stream())
        .sorted(Comparator.comparingInt(Checkpoint::step))
        .toList();
  }

  private List<Path> children() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    } catch (IOException e) {
      throw FileError.cannotBe("listed", directory, e);
    }
  }

  private static Optional<Checkpoint> parse(Path path) {
    Matcher matcher = NAME.matcher(String.valueOf(path.getFileName()));
    return matcher.matches()
        ? Optional.of(new Checkpoint(Integer.parseInt(matcher.group(1)), path))
        : Optional.empty();
  }
}
