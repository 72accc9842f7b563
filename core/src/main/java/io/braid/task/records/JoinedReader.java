package io.braid.task.records;

import java.io.IOException;
import java.io.Reader;
import java.util.List;

/** Concatenates several readers. */
final class JoinedReader extends Reader {
  private final List<Reader> parts;
  private int part;

  JoinedReader(List<Reader> parts) {
    this.parts = List.copyOf(parts);
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    while (part < parts.size()) {
      int count = parts.get(part).read(into, offset, length);
      if (count >= 0) {
        return count;
      }
      part++;
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    for (Reader each : parts) {
      each.close();
    }
  }
}
