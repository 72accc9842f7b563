package io.braid;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An error about a file or directory that cannot be used. This class alone contains the wording of
 * the system's reasons, each with a remedy: {@code x.jsonl: cannot be read: there is no such file;
 * check the path}.
 */
public final class FileError extends UserError {
  private static final long serialVersionUID = 1L;

  private FileError(Path file, String action, IOException e) {
    super(file + ": cannot be " + action + ": " + reason(e) + "; " + remedy(e), e);
  }

  /** Creates the error for a file or directory that cannot be read. */
  public static FileError reading(Path file, IOException e) {
    return new FileError(file, "read", e);
  }

  /** Creates the error for a file or directory that cannot be written. */
  public static FileError writing(Path file, IOException e) {
    return new FileError(file, "written", e);
  }

  /** Creates the error for a file or directory that cannot be written. */
  public static FileError writing(Path file, UncheckedIOException e) {
    return writing(file, cause(e));
  }

  /**
   * Creates the error for any other action that failed.
   *
   * @param action the action as a participle, such as {@code deleted}
   */
  public static FileError cannotBe(String action, Path file, IOException e) {
    return new FileError(file, action, e);
  }

  /** Returns the reason for a failure in plain words, without the file's name. */
  public static String reason(IOException e) {
    return Reason.of(e).map(each -> each.text).orElseGet(() -> systemMessage(e));
  }

  /** Returns the cause of an exception that a stream could only throw unchecked. */
  public static IOException cause(UncheckedIOException e) {
    return Objects.requireNonNull(e.getCause(), "an UncheckedIOException without a cause");
  }

  /** Returns a remedy for a failure. */
  public static String remedy(IOException e) {
    return Reason.of(e).map(each -> each.remedy).orElse("check the disk");
  }

  /** Returns the system's own message if the reason is unknown. */
  private static String systemMessage(IOException e) {
    String text = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return text == null || text.isBlank() ? "the system does not say why" : text.strip();
  }

  private enum Reason {
    MISSING("there is no such file", "check the path"),
    DENIED("permission is denied", "check the permissions"),
    DISK_FULL("the disk is full", "free some space"),
    QUOTA("the disk quota is used up", "free some space"),
    READ_ONLY("the file system is read-only", "choose another place"),
    TOO_LARGE("the file grows larger than is allowed", "raise the limit (ulimit -f)"),
    TOO_MANY("too many files are open", "raise the limit (ulimit -n)"),
    LONG_NAME("the name is too long", "choose a shorter one"),
    IS_DIRECTORY("it is a directory", "name a file"),
    NOT_DIRECTORY("part of the path is not a directory", "check the path"),
    NOT_EMPTY("the directory is not empty", "empty it or choose another"),
    EXISTS("it is already there", "delete it or choose another place"),
    LOOP("its links form a loop", "remove one of them"),
    TRUNCATED("it ends too early", "get it again"),
    NOT_TEXT("it is not UTF-8 text", "save it as UTF-8");

    /** Maps messages of the C library, which end an exception's message, to reasons. */
    private static final Map<String, Reason> SYSTEM =
        Map.ofEntries(
            Map.entry("no such file or directory", MISSING),
            Map.entry("permission denied", DENIED),
            Map.entry("operation not permitted", DENIED),
            Map.entry("no space left on device", DISK_FULL),
            Map.entry("disk quota exceeded", QUOTA),
            Map.entry("read-only file system", READ_ONLY),
            Map.entry("file too large", TOO_LARGE),
            Map.entry("too many open files", TOO_MANY),
            Map.entry("file name too long", LONG_NAME),
            Map.entry("is a directory", IS_DIRECTORY),
            Map.entry("not a directory", NOT_DIRECTORY),
            Map.entry("too many levels of symbolic links", LOOP));

    private final String text;
    private final String remedy;

    Reason(String text, String remedy) {
      this.text = text;
      this.remedy = remedy;
    }

    static Optional<Reason> of(IOException e) {
      String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      return SYSTEM.entrySet().stream()
          .filter(each -> message.endsWith(each.getKey()) || message.endsWith(each.getKey() + ")"))
          .map(Map.Entry::getValue)
          .findFirst()
          .or(() -> byKind(e));
    }

    private static Optional<Reason> byKind(IOException e) {
      return switch (e) {
        case NoSuchFileException _ -> Optional.of(MISSING);
        case AccessDeniedException _ -> Optional.of(DENIED);
        case NotDirectoryException _ -> Optional.of(NOT_DIRECTORY);
        case DirectoryNotEmptyException _ -> Optional.of(NOT_EMPTY);
        case FileAlreadyExistsException _ -> Optional.of(EXISTS);
        case FileSystemLoopException _ -> Optional.of(LOOP);
        case EOFException _ -> Optional.of(TRUNCATED);
        case CharacterCodingException _ -> Optional.of(NOT_TEXT);
        default -> Optional.empty();
      };
    }
  }
}
