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
 * Writes directories atomically. The new directory is written under a temporary name next to its
 * destination, together with its {@link Checksums}, forced to disk with every file in it, then
 * renamed. After a full disk, a killed process or a power cut, the previous contents are still
 * there.
 */
public final class AtomicDirectory {
  private static final String UNFINISHED = ".unfinished-";

  /** Forces a file or a directory to disk. */
  @FunctionalInterface
  interface Force {
    void to(Path path) throws IOException;
  }

  private AtomicDirectory() {}

  /**
   * Writes a directory. A directory of the same name is replaced only when the new one is complete.
   *
   * @param directory the destination
   * @param writer fills the temporary directory it is given
   * @throws UserError if the directory cannot be written; the old directory, if any, is kept
   */
  public static void write(Path directory, Consumer<Path> writer) {
    write(directory, writer, AtomicDirectory::force);
  }

  private static UserError unwritten(Path directory, IOException reason, Exception caught) {
    return new UserError(
        "%s: cannot be written: %s; %s. The data saved earlier is still there"
            .formatted(directory, FileError.reason(reason), FileError.remedy(reason)),
        caught);
  }

  static void write(Path directory, Consumer<Path> writer, Force force) {
    Path destination = directory.toAbsolutePath().normalize();
    Path parent = destination.getParent();
    Path name = destination.getFileName();
    if (parent == null || name == null) {
      throw new UserError(directory + ": is not a usable path for a directory; choose another");
    }
    Path unfinished = parent.resolve(UNFINISHED + name);
    Path replaced = parent.resolve(UNFINISHED + name + "-replaced");
    boolean written = false;
    try {
      createDirectories(parent, force);
      restore(replaced, destination);
      delete(unfinished);
      delete(replaced);
      Files.createDirectory(unfinished);
      writer.accept(unfinished);
      Checksums.write(unfinished);
      bottomUp(unfinished, force);
      if (Files.exists(destination)) {
        Files.move(destination, replaced, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(unfinished, destination, StandardCopyOption.ATOMIC_MOVE);
      written = true;
      force.to(parent);
      delete(replaced);
    } catch (IOException e) {
      throw unwritten(directory, e, e);
    } catch (UncheckedIOException e) {
      throw unwritten(directory, FileError.cause(e), e);
    } finally {
      if (!written) {
        cleanUp(unfinished, replaced, destination);
      }
    }
  }

  /** Undoes the first of the two renames if the second did not happen. */
  private static void restore(Path replaced, Path destination) throws IOException {
    if (Files.exists(replaced) && !Files.exists(destination)) {
      Files.move(replaced, destination, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Deletes a directory and its contents, if it exists. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    bottomUp(directory, Files::delete);
  }

  private static void cleanUp(Path unfinished, Path replaced, Path destination) {
    try {
      restore(replaced, destination);
      delete(unfinished);
    } catch (IOException e) {
      // Report the first failure only; the next write repeats this clean-up.
    }
  }

  /**
   * Creates the missing parent directories and forces each parent to disk, since it holds the new
   * name.
   */
  private static void createDirectories(Path directory, Force force) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || Files.isDirectory(directory)) {
      return;
    }
    createDirectories(parent, force);
    Files.createDirectories(directory);
    force.to(parent);
  }

  /** Applies an action to every file, and to each directory after its contents. */
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

  /**
   * Forces a file or directory to disk. A rename is durable only after the containing directory has
   * been forced to disk.
   */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
