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
 * What a checkpoint holds: a list of parts, each a file or a directory with a name, and how it is
 * saved and restored. The list is complete: nothing else is written, and nothing is restored before
 * every part has been found.
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

  /** One part. */
  private record Part(String name, boolean always, Consumer<Path> save, Consumer<Path> restore) {}

  /** No part. */
  public static CheckpointParts none() {
    return NONE;
  }

  /**
   * With a part that every checkpoint holds.
   *
   * @param name of its file or directory
   * @param save writes it at the path that it is given
   * @param restore reads it from there
   */
  public CheckpointParts with(String name, Consumer<Path> save, Consumer<Path> restore) {
    return with(new Part(name, /* always= */ true, save, restore));
  }

  /**
   * With a part that a run reads by itself as it starts, such as the model.
   *
   * @param name of its file or directory
   * @param save writes it at the path that it is given
   */
  public CheckpointParts withReadAtStart(String name, Consumer<Path> save) {
    return with(name, save, _ -> {});
  }

  /**
   * With a part that a checkpoint may lack.
   *
   * @param name of its file or directory
   * @param save writes it at the path that it is given, or writes nothing
   * @param restore reads it from there, where it is present
   */
  public CheckpointParts withOptional(String name, Consumer<Path> save, Consumer<Path> restore) {
    return with(new Part(name, /* always= */ false, save, restore));
  }

  private CheckpointParts with(Part part) {
    return and(new CheckpointParts(List.of(part)));
  }

  /** These parts and others, which are saved and restored after them. */
  public CheckpointParts and(CheckpointParts more) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(more.parts);
    return new CheckpointParts(all);
  }

  /** The parts' names, in the order in which they are saved. */
  public List<String> names() {
    return parts.stream().map(Part::name).toList();
  }

  /**
   * Saves every part.
   *
   * @param checkpoint a directory that exists
   */
  public void save(Path checkpoint) {
    parts.forEach(each -> each.save.accept(checkpoint.resolve(each.name)));
  }

  /**
   * Restores every part, once all of them have been found.
   *
   * @throws UserError when the checkpoint lacks a part
   */
  public void restore(Path checkpoint) {
    String missing =
        parts.stream()
            .filter(each -> each.always && !Files.exists(checkpoint.resolve(each.name)))
            .map(Part::name)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new UserError(
          "%s: holds no %s, which a checkpoint of this recipe has; resume with the recipe that the run began with, or from another checkpoint"
              .formatted(checkpoint, missing));
    }
    for (Part each : parts) {
      Path place = checkpoint.resolve(each.name);
      if (Files.exists(place)) {
        each.restore.accept(place);
      }
    }
  }
}
