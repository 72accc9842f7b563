package io.braid.task.records;

import java.io.IOException;

/** What is wrong in an Arrow file, in words for its owner; the library's own are not. */
final class DamagedArrow extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedArrow(String what) {
    super(what);
  }
}
