package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Writes files atomically: readers never see a partly written file, even after a power cut. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes the text as UTF-8, replacing the file; missing directories are created.
   *
   * @throws UserError if the file cannot be written
   */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes the bytes, replacing the file; missing directories are created.
   *
   * @throws UserError if the file cannot be written
   */
  public static void write(Path file, byte[] bytes) {
    writeContents(file, channel -> writeAll(channel, bytes));
  }

  /** The contents of a file. */
  @FunctionalInterface
  public interface Contents {
    /** Writes everything to the channel. */
    void to(FileChannel channel) throws IOException;
  }

  /**
   * Writes contents of any size, replacing the file; missing directories are created. If the source
   * fails, the file keeps its previous contents.
   *
   * @throws UserError if the file cannot be written
   */
  public static void writeContents(Path file, Contents contents) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try {
        try (FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
          contents.to(channel);
          channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceParent(file);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }

  /** A source of lines. */
  @FunctionalInterface
  public interface Lines {
    /** Passes each line, without its line break, to the writer. */
    void to(Consumer<String> writer);
  }

  /**
   * Writes lines one at a time, so that they need not fit in memory together. If the source fails,
   * the file keeps its previous contents.
   *
   * @throws UserError if the file cannot be written
   */
  public static void write(Path file, Lines lines) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try {
        try (FileChannel channel =
                FileChannel.open(
                    part,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8)) {
          lines.to(line -> append(writer, line));
          writer.flush();
          channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceParent(file);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw FileError.writing(file, e);
    } catch (UncheckedIOException e) {
      throw FileError.writing(file, e);
    }
  }

  private static void append(Writer writer, String line) {
    try {
      writer.write(line);
      writer.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forces the parent directory to disk, which makes the rename durable. */
  private static void forceParent(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Writes all bytes, since a single call may write only some of them. */
  public static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }
}
