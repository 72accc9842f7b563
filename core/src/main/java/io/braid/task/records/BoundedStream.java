package io.braid.task.records;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that fails after a maximum number of bytes, to limit the expansion of compressed data.
 */
final class BoundedStream extends FilterInputStream {
  private final long bound;
  private long seen;

  BoundedStream(InputStream in, long bound) {
    super(in);
    this.bound = bound;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    count(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    count(Math.max(0, count));
    return count;
  }

  private void count(int more) throws IOException {
    seen += more;
    if (seen > bound) {
      throw new IOException("it expands to more than %,d bytes".formatted(bound));
    }
  }
}
