package io.braid.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The rows of a tensor in host memory, for Braid's own loops. Each row is contiguous; there may be
 * gaps between rows. This object is valid as long as the tensor is.
 *
 * @param memory starts at the first element of the first row
 * @param rowBytes distance between the starts of two rows, in bytes
 */
public record HostRows(MemorySegment memory, long rowBytes) {
  /** Returns the byte offset of a row. */
  public long at(int row) {
    return row * rowBytes;
  }

  /** Returns the same rows, shifted by a number of bytes. */
  public HostRows behind(long bytes) {
    return new HostRows(memory.asSlice(bytes), rowBytes);
  }
}
