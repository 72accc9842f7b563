package io.braid.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The rows of a tensor in the host's memory, for loops of our own: each row is contiguous, between
 * rows there may be a gap. It dies with the tensor.
 *
 * @param memory from the first row's first element on
 * @param rowBytes from one row to the next
 */
public record HostRows(MemorySegment memory, long rowBytes) {
  /** Where a row begins. */
  public long at(int row) {
    return row * rowBytes;
  }

  /** The same rows without their first bytes. */
  public HostRows behind(long bytes) {
    return new HostRows(memory.asSlice(bytes), rowBytes);
  }
}
