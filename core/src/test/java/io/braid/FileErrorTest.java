package io.braid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileErrorTest {
  private static final Path FILE = Path.of("x.jsonl");

  @Test
  void reasonsAreInPlainWords(@TempDir Path directory) throws IOException {
    Path missing = directory.resolve("missing");
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(FileError.reason(refusal(() -> Files.readString(missing))))
        .isEqualTo("there is no such file");
    assertThat(FileError.reason(refusal(() -> new FileInputStream(missing.toFile()).close())))
        .isEqualTo("there is no such file");
    assertThat(FileError.reason(refusal(() -> Files.readString(directory))))
        .isEqualTo("it is a directory");
    assertThat(FileError.reason(refusal(() -> Files.readString(file.resolve("below")))))
        .isEqualTo("part of the path is not a directory");
    assertThat(FileError.reason(refusal(() -> Files.createDirectory(file))))
        .isEqualTo("it is already there");
    assertThat(FileError.reason(refusal(() -> Files.delete(directory))))
        .isEqualTo("the directory is not empty");
    assertThat(FileError.reason(refusal(() -> Files.readString(Path.of("/", "x".repeat(300))))))
        .isEqualTo("the name is too long");
  }

  @Test
  void anErrorGivesFileReasonAndRemedy() {
    assertThat(FileError.reading(FILE, new AccessDeniedException("x.jsonl")))
        .hasMessage("x.jsonl: cannot be read: permission is denied; check the permissions");
    assertThat(FileError.writing(FILE, new IOException("No space left on device")))
        .hasMessage("x.jsonl: cannot be written: the disk is full; free some space");
    assertThat(FileError.writing(FILE, new UncheckedIOException(new IOException("File too large"))))
        .hasMessage(
            "x.jsonl: cannot be written: the file grows larger than is allowed; raise the limit"
                + " (ulimit -f)");
    assertThat(FileError.cannotBe("deleted", FILE, new IOException("Read-only file system")))
        .hasMessage(
            "x.jsonl: cannot be deleted: the file system is read-only; choose another place");
    assertThat(FileError.reading(FILE, new EOFException()))
        .hasMessage("x.jsonl: cannot be read: it ends too early; get it again");
    assertThat(FileError.reading(FILE, new MalformedInputException(1)))
        .hasMessage("x.jsonl: cannot be read: it is not UTF-8 text; save it as UTF-8");
  }

  @Test
  void anUnknownReasonKeepsTheSystemsWords() {
    assertThat(
            FileError.reading(FILE, new FileSystemException("x.jsonl", null, "Stale file handle")))
        .hasMessage("x.jsonl: cannot be read: Stale file handle; check the disk");
    assertThat(FileError.reading(FILE, new IOException()))
        .hasMessage("x.jsonl: cannot be read: the system does not say why; check the disk");
  }

  private interface Use {
    void run() throws IOException;
  }

  private static IOException refusal(Use use) {
    try {
      use.run();
    } catch (IOException e) {
      return e;
    }
    throw new AssertionError("nothing was refused");
  }
}
