package io.braid.task.records;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowGroupPredicate;
import dev.hardwood.schema.ColumnProjection;
import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the records of a Parquet file, a batch of rows at a time.
 *
 * <p>The size of a batch is chosen by bytes, not by rows, so that a row group of any size is read
 * in bounded memory. {@link ParquetColumns} assembles the rows.
 */
final class ParquetRecords {
  /** Uncompressed size of a batch in bytes, according to the footer. */
  private static final long BATCH_BYTES = 4 << 20;

  /** A dictionary may expand to far more bytes than the footer states. */
  private static final int MOST_ROWS = 1024;

  private static final String BEGINNING = "PAR1";
  private static final String ENCRYPTED = "PARE";

  private final Path file;
  private final Consumer<DataRecord> to;
  private long rows;

  private ParquetRecords(Path file, Consumer<DataRecord> to) {
    this.file = file;
    this.to = to;
  }

  /**
   * Passes each record to {@code to}, in the file's order.
   *
   * @throws UserError if the file is not Parquet, is damaged or encrypted, or uses a type or a
   *     compression that is not supported
   */
  static void read(Path file, Consumer<DataRecord> to) {
    new ParquetRecords(file, to).read();
  }

  private void read() {
    refuseOthers();
    ParquetFileReader reader =
        guarded(() -> ParquetFileReader.open(new CheckedFile(InputFile.of(file))));
    try (AutoCloseable closed = () -> guarded(() -> closed(reader))) {
      FileMetaData footer = reader.getFileMetaData();
      checked(reader);
      int rowsOfABatch = rowsOfABatch(footer);
      for (RowGroupPredicate groups : guarded(() -> groups(footer))) {
        batches(reader, groups, rowsOfABatch);
      }
      if (rows != footer.rowGroups().stream().mapToLong(RowGroup::numRows).sum()) {
        throw damaged(new IOException("it has another number of rows than its footer says"));
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw damaged(e);
    }
  }

  private void checked(ParquetFileReader reader) {
    guarded(() -> {
      ParquetColumns.check(file, reader.getFileSchema(), reader.getFileMetaData());
      return true;
    });
  }

  private void batches(ParquetFileReader reader, RowGroupPredicate groups, int rowsOfABatch) {
    ColumnReaders columns =
        guarded(() ->
            reader
                .buildColumnReaders(ColumnProjection.all())
                .filter(groups)
                .batchSize(rowsOfABatch)
                .build());
    try {
      ParquetColumns cells =
          guarded(() -> new ParquetColumns(reader.getFileSchema().getRootNode(), columns));
      while (guarded(columns::nextBatch)) {
        int count = guarded(cells::load);
        for (int row = 0; row < count; row++) {
          ObjectNode record = record(cells, row);
          rows++;
          to.accept(new DataRecord(file + " row " + rows, record));
        }
      }
    } finally {
      columns.close();
    }
  }

  private ObjectNode record(ParquetColumns cells, int row) {
    return guarded(() -> {
      try {
        return cells.record(row);
      } catch (ParquetValues.NotText e) {
        throw new UserError(
            "%s row %s: %s; write it as text".formatted(file, rows + 1, e.getMessage()), e);
      }
    });
  }

  /**
   * Returns the row groups that have rows, as ranges of adjacent groups, because the library fails
   * on a group without rows. A range selects the groups whose midpoints it contains.
   */
  private static List<RowGroupPredicate> groups(FileMetaData footer) {
    if (footer.rowGroups().stream().allMatch(group -> group.numRows() > 0)) {
      return List.of(RowGroupPredicate.byteRange(0, Long.MAX_VALUE));
    }
    List<RowGroupPredicate> ranges = new ArrayList<>();
    long first = -1;
    long last = -1;
    for (RowGroup group : footer.rowGroups()) {
      if (group.numRows() > 0) {
        last = middle(group);
        first = first < 0 ? last : first;
      } else if (first >= 0) {
        ranges.add(RowGroupPredicate.byteRange(first, last + 1));
        first = -1;
      }
    }
    if (first >= 0) {
      ranges.add(RowGroupPredicate.byteRange(first, last + 1));
    }
    return ranges;
  }

  private static long middle(RowGroup group) {
    long bytes =
        group.columns().stream().mapToLong(chunk -> chunk.metaData().totalCompressedSize()).sum();
    return group.columns().getFirst().chunkStartOffset() + bytes / 2;
  }

  /** Returns the number of rows whose uncompressed size is about {@link #BATCH_BYTES}. */
  private static int rowsOfABatch(FileMetaData footer) {
    long largest = 1;
    for (RowGroup group : footer.rowGroups()) {
      largest = Math.max(largest, group.totalByteSize() / Math.max(1, group.numRows()));
    }
    return (int) Math.clamp(BATCH_BYTES / largest, 1, MOST_ROWS);
  }

  private static boolean closed(ParquetFileReader reader) throws IOException {
    reader.close();
    return true;
  }

  private void refuseOthers() {
    try (var bytes = Files.newInputStream(file)) {
      String first = new String(bytes.readNBytes(4), StandardCharsets.ISO_8859_1);
      if (first.equals(ENCRYPTED)) {
        throw encrypted();
      }
      if (!first.equals(BEGINNING)) {
        throw new UserError(
            "%s is not Parquet: it does not begin with %s; rename it as what it is, or download it again"
                .formatted(file, BEGINNING));
      }
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  /** Runs a read operation and reports any failure in the library as damage to the file. */
  private <T> T guarded(Callable<T> reading) {
    try {
      return reading.call();
    } catch (UserError e) {
      throw e;
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      throw damaged(e);
    }
  }

  private UserError damaged(Throwable cause) {
    if (isEncrypted(cause)) {
      return encrypted();
    }
    if (isOutOfMemory(cause)) {
      return new UserError(
          "%s cannot be read as Parquet%s: a page of it needs more memory than there is; it is damaged, or write it with smaller pages"
              .formatted(file, place()),
          cause);
    }
    return new UserError(
        "%s cannot be read as Parquet%s: it is damaged or cut off; copy or download it again"
            .formatted(file, place()),
        cause);
  }

  private String place() {
    return rows > 0 ? " after row " + rows : "";
  }

  /** Returns whether a readable footer says that the columns are encrypted. */
  private static boolean isEncrypted(Throwable cause) {
    return cause instanceof IOException && String.valueOf(cause.getMessage()).contains("ncrypt");
  }

  private static boolean isOutOfMemory(@Nullable Throwable error) {
    return error instanceof OutOfMemoryError
        || (error != null && error.getCause() != error && isOutOfMemory(error.getCause()));
  }

  private UserError encrypted() {
    return new UserError("%s is encrypted Parquet; write it without encryption".formatted(file));
  }

  /**
   * Rejects empty reads. If a page claimed to extend beyond its column, the library would otherwise
   * request the empty remainder forever.
   */
  private record CheckedFile(InputFile file) implements InputFile {
    @Override
    public void open() throws IOException {
      file.open();
    }

    @Override
    public ByteBuffer readRange(long offset, int length) throws IOException {
      if (length <= 0) {
        throw new IOException("a page is longer than its column");
      }
      return file.readRange(offset, length);
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
