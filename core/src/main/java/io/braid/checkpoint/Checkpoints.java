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
 * A run's checkpoints, one directory a step, each there whole or not at all.
 *
 * @param directory where they are
 * @param keep how many of the newest stay
 */
public record Checkpoints(Path directory, int keep) {
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,9})");
  private static final String DAMAGED = "damaged-";

  /**
   * One checkpoint.
   *
   * @param step how many steps were done
   * @param path its directory
   */
  public record Checkpoint(int step, Path path) {
    private String name() {
      return String.valueOf(path.getFileName());
    }
  }

  /** One that cannot be gone on from, and why. */
  private record Damaged(Checkpoint checkpoint, Damage damage) {
    String said() {
      return "%s is damaged: %s %s"
          .formatted(checkpoint.name(), checkpoint.path.relativize(damage.file()), damage.what());
    }
  }

  /** Checks the settings. */
  public Checkpoints {
    if (keep < 1) {
      throw new UserError("checkpoints: keep must be at least 1, here " + keep);
    }
  }

  /** The directory name of the checkpoint after so many steps; the same in every locale. */
  public static String name(long step) {
    return String.format(Locale.ROOT, "step-%06d", step);
  }

  /** Saves a step, then deletes the oldest beyond those to keep. */
  public void save(int step, Consumer<Path> writer) {
    save(step, writer, Optional.empty());
  }

  /**
   * Saves a step, then deletes the oldest beyond those to keep.
   *
   * @param kept a step whose checkpoint stays, and is not counted
   */
  public void save(int step, Consumer<Path> writer, Optional<Integer> kept) {
    save(step, writer, kept, WholeDirectory::force);
  }

  void save(int step, Consumer<Path> writer, Optional<Integer> kept, WholeDirectory.Force force) {
    WholeDirectory.write(directory.resolve(name(step)), writer, force);
    List<Checkpoint> all =
        all().stream().filter(each -> !kept.equals(Optional.of(each.step))).toList();
    for (Checkpoint old : all.subList(0, Math.max(0, all.size() - keep))) {
      try {
        WholeDirectory.delete(old.path());
      } catch (IOException e) {
        throw FileError.cannotBe("deleted", old.path(), e);
      }
    }
  }

  /** The newest, if there is any. */
  public Optional<Checkpoint> latest() {
    List<Checkpoint> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /** The newest after at most so many steps, if there is any. */
  public Optional<Checkpoint> newestUpTo(int step) {
    return all().stream().filter(each -> each.step <= step).reduce((_, newer) -> newer);
  }

  /**
   * The newest whose files are all as they were saved. Newer ones that are damaged are set aside
   * under another name, and said.
   *
   * @param say told of each that was set aside
   * @return empty when no checkpoint was saved yet
   * @throws UserError when there are some, but none that can be gone on from
   */
  public Optional<Checkpoint> latestWhole(Consumer<String> say) {
    List<Damaged> damaged = new ArrayList<>();
    for (Checkpoint each : all().reversed()) {
      Optional<Damage> damage = Checksums.damageOf(each.path);
      if (damage.isEmpty()) {
        damaged.forEach(one -> setAside(one, each, say));
        return Optional.of(each);
      }
      damaged.add(new Damaged(each, damage.get()));
    }
    if (!damaged.isEmpty()) {
      throw new UserError(
          "%s: no checkpoint is whole (%s); put the damaged file back from a copy, or begin again with another --out"
              .formatted(
                  directory, String.join("; ", damaged.stream().map(Damaged::said).toList())));
    }
    refuseUnknown();
    return Optional.empty();
  }

  private void setAside(Damaged damaged, Checkpoint whole, Consumer<String> say) {
    Path place = directory.resolve(DAMAGED + damaged.checkpoint.name());
    for (int i = 2; Files.exists(place); i++) {
      place = directory.resolve(DAMAGED + damaged.checkpoint.name() + "-" + i);
    }
    try {
      Files.move(damaged.checkpoint.path, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FileError.cannotBe("set aside", damaged.checkpoint.path, e);
    }
    say.accept(
        "%s; it is now %s, and the run goes on from %s"
            .formatted(damaged.said(), place.getFileName(), whole.name()));
  }

  /** What is there and has no name of ours may be the checkpoints of a run that goes on. */
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
          "%s: holds no checkpoint to resume from, only %s; a checkpoint is named like %s, so rename it, or begin again with another --out"
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
