package io.braid.math.compare;

/** The outcome of one way of comparing two answers. */
public sealed interface Comparison {
  /** The answers are equal. */
  Comparison EQUAL = new Equal();

  /** This way of comparing does not apply to the two answers. */
  Comparison UNDECIDED = new Undecided();

  /** The answers are equal. */
  record Equal() implements Comparison {}

  /**
   * The answers are different.
   *
   * @param reason the reason, in a few words
   */
  record Different(String reason) implements Comparison {}

  /** This way of comparing does not apply to the two answers, so a different one has to decide. */
  record Undecided() implements Comparison {}

  /** Returns {@link Different} with a reason. */
  static Comparison different(String reason) {
    return new Different(reason);
  }

  /** Returns {@link #EQUAL}, or {@link Different} with a reason. */
  static Comparison equalOr(boolean equal, String reason) {
    return equal ? EQUAL : different(reason);
  }

  /** Returns whether the answers are equal. */
  default boolean isEqual() {
    return this instanceof Equal;
  }
}
