package io.braid.task.records;

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

/** A file of text, which may be compressed by gzip or zstd as its name says. */
final class TextFile {
  /** What a compressed file may be expanded to, in bytes. */
  static final long LARGEST_EXPANDED = 16L << 30;

  private TextFile() {}

  /** What is done with the text. */
  interface Use {
    void with(BufferedReader reader) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @throws UserError when that fails
   */
  static void read(Path file, Use use) {
    try (BufferedReader reader = open(file)) {
      use.with(reader);
    } catch (CharacterCodingException e) {
      throw new UserError("%s is not UTF-8 text; convert it".formatted(file), e);
    } catch (ZipException e) {
      throw new UserError(
          "%s is not gzip, or is damaged; copy or download it again".formatted(file), e);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zst")) {
      return new BufferedReader(ZstdReader.open(file), 1 << 16);
    }
    InputStream bytes = Files.newInputStream(file);
    try {
      if (name.endsWith(".gz")) {
        bytes = new BoundedStream(new GZIPInputStream(bytes, 1 << 16), LARGEST_EXPANDED);
      }
      return new BufferedReader(
          new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }
}
