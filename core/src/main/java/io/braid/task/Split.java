package io.braid.task;

import io.braid.Seeds;

/**
 * The part of a task's problems that a run may see.
 *
 * <p>A problem's part is decided by a hash of its canonical key alone, so that no problem is ever
 * in two parts, whatever the sizes, seeds and other settings.
 */
public enum Split {
  /** Four fifths of the problems: to learn from. */
  TRAIN,
  /** A tenth: to choose settings by. */
  VALIDATION,
  /** A tenth: to report on. */
  TEST;

  static Split of(String key) {
    long tenth = Long.remainderUnsigned(Seeds.hash(key), 10);
    return tenth < 8 ? TRAIN : tenth == 8 ? VALIDATION : TEST;
  }
}
