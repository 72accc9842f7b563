package io.braid.task.records;

import io.braid.UserError;
import java.nio.file.Path;
import java.util.function.Consumer;

final class ArrowRecords {
  private ArrowRecords() {}

  static void read(Path file, Consumer<DataRecord> to) {
    throw new UserError(file + " is Arrow");
  }
}
