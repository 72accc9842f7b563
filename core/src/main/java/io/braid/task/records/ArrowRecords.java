package io.braid.task.records;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.util.ValueVectorUtility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads an Arrow file, in the streaming format, which Hugging Face writes, or in the file format,
 * which is the streaming format between two markers.
 *
 * <p>The file is not trusted. {@link ArrowFrames} checks its frames before any data is read, the
 * file's size bounds memory use, and every offset is checked before it is used.
 */
final class ArrowRecords {
  private static final Logger LOG = LoggerFactory.getLogger(ArrowRecords.class);

  /** Arrow rounds allocations up to a power of two. */
  private static final long ROUNDING = 2;

  private static final long SMALL = 1 << 20;

  private final Path file;
  private final Consumer<DataRecord> to;
  private long rows;

  private ArrowRecords(Path file, Consumer<DataRecord> to) {
    this.file = file;
    this.to = to;
  }

  static void read(Path file, Consumer<DataRecord> to) {
    new ArrowRecords(file, to).read();
  }

  private void read() {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      guarded(() -> ArrowFrames.enter(channel));
      BufferAllocator memory = new RootAllocator(ROUNDING * size + SMALL);
      try (ArrowStreamReader reader = new ArrowStreamReader(channel, memory)) {
        read(reader, size);
      } finally {
        close(memory);
      }
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new UserError(
          "%s: reading Arrow needs access to direct buffers; start the JVM with --add-opens=java.base/java.nio=ALL-UNNAMED, as ./braid does"
              .formatted(file),
          e);
    }
  }

  private void read(ArrowStreamReader reader, long size) {
    VectorSchemaRoot root = guarded(reader::getVectorSchemaRoot);
    while (guarded(reader::loadNextBatch)) {
      guarded(() -> checked(root));
      ArrowCells cells = new ArrowCells(guarded(reader::getDictionaryVectors), size);
      for (int row = 0; row < root.getRowCount(); row++) {
        rows++;
        to.accept(new DataRecord(file + " row " + rows, record(root, row, cells)));
      }
    }
  }

  /**
   * Closes the allocator. The library leaks a buffer if a batch is damaged, and reports it here.
   */
  private static void close(BufferAllocator memory) {
    try {
      memory.close();
    } catch (IllegalStateException e) {
      LOG.debug("memory leaked while reading a damaged file", e);
    }
  }

  private static VectorSchemaRoot checked(VectorSchemaRoot root) {
    ValueVectorUtility.validate(root);
    return root;
  }

  private ObjectNode record(VectorSchemaRoot root, int row, ArrowCells cells) {
    return guarded(() -> {
      ObjectNode record = JsonNodeFactory.instance.objectNode();
      List<FieldVector> columns = root.getFieldVectors();
      for (FieldVector column : columns) {
        record.set(column.getName(), cells.at(column, row));
      }
      return record;
    });
  }

  /** Runs a read operation and reports any failure in the library as damage to the file. */
  private <T> T guarded(Callable<T> reading) {
    try {
      return reading.call();
    } catch (Exception | StackOverflowError e) {
      String reason =
          e instanceof DamagedArrow ? ": " + e.getMessage() : rows > 0 ? " after row " + rows : "";
      throw new UserError(
          "%s cannot be read as Arrow%s; it is damaged or uses an unsupported feature"
              .formatted(file, reason),
          e);
    }
  }
}
