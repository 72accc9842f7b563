package io.braid.task;

import io.braid.Seeds;

/**
 * A part of a task's problems.
 *
 * <p>A problem's split depends only on a hash of its canonical key. A problem is therefore never in
 * two splits, regardless of sizes, seeds and other settings.
 */
public enum Split {
  /** 80 % of the problems, for training. */
  TRAIN,
  /** 10 %, for choosing settings. */
  VALIDATION,
  /** 10 %, for reporting results. */
  TEST;

  /** Returns the split of the problem with a key. */
  public static Split of(String key) {
    long tenth = Long.remainderUnsigned(Seeds.hash(key), 10);
    return tenth < 8 ? TRAIN : tenth == 8 ? VALIDATION : TEST;
  }
}
