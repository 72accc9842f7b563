package io.braid.task.records;

import io.braid.FileError;
import io.braid.SettingError;
import io.braid.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads a data file or a directory of data files. Supported files are {@code .jsonl} and {@code
 * .json} ({@link JsonRecords}), {@code .csv} and {@code .tsv}, all of which may be compressed as
 * {@code .gz} or {@code .zst}, as well as {@code .parquet} and {@code .arrow}. A directory may be
 * written by Hugging Face's {@code save_to_disk}, be downloaded from its hub, or contain files of
 * one kind, which are read in the order of their names.
 */
public final class RecordFile {
  private static final String KINDS =
      ".jsonl, .json, .csv, .tsv (these also as .gz or .zst), .parquet and .arrow";
  private static final Pattern NAME =
      Pattern.compile("(?i).*\\.((jsonl|json|csv|tsv)(\\.gz|\\.zst)?|parquet|arrow)");
  private static final String POINTER = "version https://git-lfs";

  private RecordFile() {}

  /** Returns whether a file name has the extension of a data file. */
  public static boolean isNamed(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Reads all records.
   *
   * @throws UserError as {@link #forEach(Path, Optional, Consumer)}
   */
  public static List<DataRecord> read(Path file) {
    return read(file, Optional.empty());
  }

  /** Reads all records of one split, like {@link #read(Path)}. */
  public static List<DataRecord> read(Path file, Optional<String> split) {
    List<DataRecord> records = new ArrayList<>();
    forEach(file, split, records::add);
    return records;
  }

  /**
   * Passes the records on like {@link #forEach(Path, Optional, Consumer)}, for data with only one
   * split.
   */
  public static void forEach(Path file, Consumer<DataRecord> to) {
    forEach(file, Optional.empty(), to);
  }

  /**
   * Passes the records to the consumer in order, without holding all of them in memory.
   *
   * @param split the requested split; required if there are several
   * @throws UserError if the file is missing, of an unsupported kind, malformed or empty, or the
   *     split does not exist or is not given
   */
  public static void forEach(Path file, Optional<String> split, Consumer<DataRecord> to) {
    Counter counter = new Counter(to);
    found(file, split).files().forEach(part -> any(part, counter));
    if (counter.records == 0) {
      throw new UserError("%s has no problems: it is empty".formatted(file));
    }
  }

  /**
   * Determines the split that would be read from the names of files and directories.
   *
   * @param split the requested split
   * @throws UserError if the file is missing, or the split does not exist or is not given
   */
  public static Optional<String> split(Path file, Optional<String> split) {
    return found(file, split).split();
  }

  /**
   * The files to read.
   *
   * @param files the files, in order
   * @param split their split, if their names give one
   */
  record Found(List<Path> files, Optional<String> split) {}

  private static Found found(Path file, Optional<String> split) {
    if (Files.isDirectory(file)) {
      return RecordDirectory.files(file, split);
    }
    if (!Files.isRegularFile(file)) {
      throw new UserError(
          "%s %s; give one of %s"
              .formatted(file, Files.exists(file) ? "is not a file" : "does not exist", KINDS));
    }
    Optional<String> own = SplitNames.of(file);
    Optional<String> asked = split.map(SplitNames::canonical);
    if (asked.isPresent() && !asked.equals(own)) {
      throw new SettingError(
          "split",
          "%s was requested from %s, %s; leave split out or give another file"
              .formatted(
                  split.orElse(""),
                  file,
                  own.map(name -> "which is the split " + name)
                      .orElse("whose name gives no split")));
    }
    return new Found(List.of(file), own);
  }

  private static final class Counter implements Consumer<DataRecord> {
    private final Consumer<DataRecord> next;
    private long records;

    Counter(Consumer<DataRecord> next) {
      this.next = next;
    }

    @Override
    public void accept(DataRecord values) {
      records++;
      next.accept(values);
    }
  }

  private static void any(Path file, Consumer<DataRecord> to) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!isNamed(name)) {
      throw new UserError("%s is none of %s; convert it".formatted(file, KINDS));
    }
    refusePointer(file);
    String kind = RecordDirectory.kind(file);
    switch (kind) {
      case ".parquet" -> ParquetRecords.read(file, to);
      case ".arrow" -> ArrowRecords.read(file, to);
      case ".csv" -> CsvRecords.read(file, Optional.empty(), to);
      case ".tsv" -> CsvRecords.read(file, Optional.of('\t'), to);
      default -> JsonRecords.read(file, to);
    }
  }

  /** Rejects the pointer that Git LFS leaves in place of a file that was not fetched. */
  private static void refusePointer(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      String head = new String(bytes.readNBytes(POINTER.length()), StandardCharsets.ISO_8859_1);
      if (head.equals(POINTER)) {
        throw new UserError(
            "%s is a Git LFS pointer, not the data; run git lfs pull, or download the file"
                .formatted(file));
      }
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }
}
