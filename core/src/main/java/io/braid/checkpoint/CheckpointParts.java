package io.braid.checkpoint;

import io.braid.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The parts of a checkpoint. Each part is a named file or directory, with functions that save and
 * restore it. The list is complete: nothing else is written, and no part is restored before all
 * required parts have been found.
 */
public final class CheckpointParts {
  private static final CheckpointParts NONE = new CheckpointParts(List.of());

  private final List<Part> parts;

  private CheckpointParts(List<Part> parts) {
    this.parts = List.copyOf(parts);
    Set<String> names = new HashSet<>();
    for (Part each : parts) {
      if (!names.add(each.name)) {
        throw new IllegalArgumentException("two parts of a checkpoint are named " + each.name);
      }
    }
  }

  /** A part of a checkpoint; {@code always} tells whether every checkpoint must contain it. */
  private record Part(String name, boolean always, Consumer<Path> save, Consumer<Path> restore) {}

  /** Returns an empty list of parts. */
  public static CheckpointParts none() {
    return NONE;
  }

  /**
   * Adds a part that every checkpoint must contain.
   *
   * @param name name of its file or directory
   * @param save writes the part to the given path
   * @param restore reads the part from the given path
   */
  public CheckpointParts with(String name, Consumer<Path> save, Consumer<Path> restore) {
    return with(new Part(name, /* always= */ true, save, restore));
  }

  /**
   * Adds a part that is read when a run starts, not when the checkpoint is restored, such as the
   * model.
   *
   * @param name name of its file or directory
   * @param save writes the part to the given path
   */
  public CheckpointParts withReadAtStart(String name, Consumer<Path> save) {
    return with(name, save, _ -> {});
  }

  /**
   * Adds an optional part.
   *
   * @param name name of its file or directory
   * @param save writes the part to the given path, or writes nothing
   * @param restore reads the part from the given path, if it exists
   */
  public CheckpointParts withOptional(String name, Consumer<Path> save, Consumer<Path> restore) {
    return with(new Part(name, /* always= */ false, save, restore));
  }

  private CheckpointParts with(Part part) {
    return and(new CheckpointParts(List.of(part)));
  }

  /** Returns these parts followed by other parts. */
  public CheckpointParts and(CheckpointParts more) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(more.parts);
    return new CheckpointParts(all);
  }

  /** Returns the names of the parts, in the order in which they are saved. */
  public List<String> names() {
    return parts.stream().map(Part::name).toList();
  }

  /**
   * Saves every part.
   *
   * @param checkpoint an existing directory
   */
  public void save(Path checkpoint) {
    parts.forEach(each -> each.save.accept(checkpoint.resolve(each.name)));
  }

  /**
   * Restores every part, after checking that all required parts exist.
   *
   * @throws UserError if a required part is missing
   */
  public void restore(Path checkpoint) {
    String missing =
        parts.stream()
            .filter(each -> each.always && !Files.exists(checkpoint.resolve(each.name)))
            .map(Part::name)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new UserError(
          "%s: contains no %s, which this recipe's checkpoints must contain; resume with the recipe that the run started with, or from another checkpoint"
              .formatted(checkpoint, missing));
    }
    for (Part each : parts) {
      Path part = checkpoint.resolve(each.name);
      if (Files.exists(part)) {
        each.restore.accept(part);
      }
    }
  }
}
