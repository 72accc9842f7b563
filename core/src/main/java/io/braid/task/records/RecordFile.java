package io.braid.task.records;

import io.braid.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A data file, or a directory of them: {@code .jsonl} (an object on each line) and {@code .json}
 * (an array of objects), either with {@code .gz} behind it, {@code .parquet} and {@code .arrow}; a
 * directory that Hugging Face's {@code save_to_disk} wrote; a directory of such files of one kind,
 * in the order of their names.
 */
public final class RecordFile {
  private static final String KINDS = ".jsonl, .json (either also as .gz), .parquet and .arrow";
  private static final Pattern NAME =
      Pattern.compile("(?i).*\\.(jsonl(\\.gz)?|json(\\.gz)?|parquet|arrow)");

  private RecordFile() {}

  /** Whether a name ends as a data file's does. */
  public static boolean isNamed(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * All records.
   *
   * @throws UserError as {@link #forEach}
   */
  public static List<DataRecord> read(Path file) {
    List<DataRecord> records = new ArrayList<>();
    forEach(file, records::add);
    return records;
  }

  /**
   * Hands over the records one after the other, in their order; not all are held at once.
   *
   * @throws UserError when the file is missing, of another kind, malformed or empty
   */
  public static void forEach(Path file, Consumer<DataRecord> to) {
    Counter counter = new Counter(to);
    if (Files.isDirectory(file)) {
      RecordDirectory.files(file).forEach(part -> any(part, counter));
    } else if (Files.isRegularFile(file)) {
      any(file, counter);
    } else {
      throw new UserError(
          "%s %s; give one of %s"
              .formatted(file, Files.exists(file) ? "is not a file" : "does not exist", KINDS));
    }
    if (counter.records == 0) {
      throw new UserError("%s has no problems: it is empty".formatted(file));
    }
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
    if (name.endsWith(".parquet")) {
      ParquetRecords.read(file, to);
    } else if (name.endsWith(".arrow")) {
      ArrowRecords.read(file, to);
    } else {
      JsonRecords.read(file, to);
    }
  }
}
