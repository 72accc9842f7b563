package io.braid.task.records;

import java.io.IOException;

/** Damage to an Arrow file, described for users, unlike the library's own errors. */
final class DamagedArrow extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedArrow(String what) {
    super(what);
  }
}
