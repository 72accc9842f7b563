package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;

/**
 * Directories that are there whole or not at all: written beside their place with a list of {@link
 * Checksums}, forced to the disk with every file in them, then renamed. A full disk, a killed
 * process or a power cut leaves what was there before.
 */
public final class WholeDirectory {
  private static final String UNFINISHED = ".unfinished-";

  /** Brings a file or a directory to the disk. */
  @FunctionalInterface
  interface Force {
    void to(Path path) throws IOException;
  }

  private WholeDirectory() {}

  /**
   * Writes a directory, replacing one of the same name only when the new one is complete.
   *
   * @param directory where it shall stand
   * @param writer fills the directory that it is given
   * @throws UserError when the disk refuses; the old directory, if any, stays
   */
  public static void write(Path directory, Consumer<Path> writer) {
    write(directory, writer, WholeDirectory::force);
  }

  private static UserError unwritten(Path directory, IOException reason, Exception caught) {
    return new UserError(
        "%s: cannot be written: %s; %s. What was saved before is still there"
            .formatted(directory, FileError.reason(reason), FileError.remedy(reason)),
        caught);
  }

  static void write(Path directory, Consumer<Path> writer, Force force) {
    Path place = directory.toAbsolutePath().normalize();
    Path parent = place.getParent();
    Path name = place.getFileName();
    if (parent == null || name == null) {
      throw new UserError(directory + ": is no place for a directory; choose another");
    }
    Path unfinished = parent.resolve(UNFINISHED + name);
    Path replaced = parent.resolve(UNFINISHED + name + "-replaced");
    boolean written = false;
    try {
      makeDirectories(parent, force);
      putBack(replaced, place);
      delete(unfinished);
      delete(replaced);
      Files.createDirectory(unfinished);
      writer.accept(unfinished);
      Checksums.write(unfinished);
      bottomUp(unfinished, force);
      if (Files.exists(place)) {
        Files.move(place, replaced, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
      written = true;
      force.to(parent);
      delete(replaced);
    } catch (IOException e) {
      throw unwritten(directory, e, e);
    } catch (UncheckedIOException e) {
      throw unwritten(directory, FileError.cause(e), e);
    } finally {
      if (!written) {
        tidyUp(unfinished, replaced, place);
      }
    }
  }

  /** Undoes the first of the two renames when the second did not come about. */
  private static void putBack(Path replaced, Path place) throws IOException {
    if (Files.exists(replaced) && !Files.exists(place)) {
      Files.move(replaced, place, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Deletes a directory with all that is in it; nothing happens when there is none. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    bottomUp(directory, Files::delete);
  }

  private static void tidyUp(Path unfinished, Path replaced, Path place) {
    try {
      putBack(replaced, place);
      delete(unfinished);
    } catch (IOException e) {
      // The first failure is the one to tell; the next write begins with the same.
    }
  }

  /** Makes what is missing; each new directory is a name in the one above it. */
  private static void makeDirectories(Path directory, Force force) throws IOException {
    Path above = directory.getParent();
    if (above == null || Files.isDirectory(directory)) {
      return;
    }
    makeDirectories(above, force);
    Files.createDirectories(directory);
    force.to(above);
  }

  /** Does something to each file, and then to the directory that names it. */
  private static void bottomUp(Path directory, Force action) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            action.to(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            action.to(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** A rename is durable only when the directory that holds it is. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
