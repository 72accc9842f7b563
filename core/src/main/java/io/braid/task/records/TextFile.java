package io.braid.task.records;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.braid.FileError;
import io.braid.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A text file, plain or compressed with gzip or zstd as its name says. */
final class TextFile {
  /** Largest expanded size of a compressed file, in bytes. */
  static final long LARGEST_EXPANDED = 16L << 30;

  private TextFile() {}

  /** Processes the text. */
  interface Use {
    void with(BufferedReader reader) throws IOException;
  }

  /**
   * Opens a file, passes its text to {@code use} and closes it.
   *
   * @throws UserError if it cannot be read, is damaged or is not UTF-8
   */
  static void read(Path file, Use use) {
    try (BufferedReader reader = open(file)) {
      use.with(reader);
    } catch (CharacterCodingException e) {
      throw new UserError("%s is not UTF-8 text; convert it".formatted(file), e);
    } catch (ZipException e) {
      throw new UserError(
          "%s is not gzip, or is damaged; copy or download it again".formatted(file), e);
    } catch (ZstdIOException e) {
      throw new UserError(
          e.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()
              ? "%s needs more than 128 MiB of history; compress it without --long".formatted(file)
              : "%s is not zstd, or is damaged; copy or download it again".formatted(file),
          e);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      return new BufferedReader(
          new InputStreamReader(expanded(file, bytes), StandardCharsets.UTF_8.newDecoder()),
          1 << 16);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  private static InputStream expanded(Path file, InputStream bytes) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz")) {
      return new BoundedStream(new GZIPInputStream(bytes, 1 << 16), LARGEST_EXPANDED);
    }
    if (name.endsWith(".zst")) {
      return new BoundedStream(new ZstdInputStream(bytes), LARGEST_EXPANDED);
    }
    return bytes;
  }
}
