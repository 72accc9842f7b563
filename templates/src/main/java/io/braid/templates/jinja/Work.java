package io.braid.templates.jinja;

import java.util.function.Supplier;

/**
 * The cost of a rendering. An evaluation, a visited entry or 256 characters cost one unit each; a
 * new value costs a few units. Every operation whose time grows with its data is counted here, so
 * no template runs for long. New values are also counted in characters, so no template exhausts the
 * memory.
 */
final class Work {
  private static final ScopedValue<Work> CURRENT = ScopedValue.newInstance();

  /** The cost of a new string, list or mapping. */
  static final int MAKING = 8;

  private long spent;
  private long made;

  private Work() {}

  /** Runs a rendering with its own limit. */
  static <T> T limited(Supplier<T> rendering) {
    return ScopedValue.where(CURRENT, new Work()).call(rendering::get);
  }

  /**
   * Adds to the cost of the current rendering; parsing costs nothing, since its source is bounded.
   */
  static void spend(long cost) {
    if (CURRENT.isBound()) {
      Work work = CURRENT.get();
      work.spent += cost;
      if (work.spent > Limits.WORK) {
        throw Limits.exceeded("the template works", Limits.WORK);
      }
    }
  }

  /** Adds the cost of a new string with this number of characters. */
  static void make(long characters) {
    grow(characters);
    spend(MAKING + characters / 256);
  }

  /** Counts written characters, even if they do not become a string. */
  static void grow(long characters) {
    if (CURRENT.isBound()) {
      Work work = CURRENT.get();
      work.made += characters;
      if (work.made > Limits.MADE) {
        throw Limits.exceeded("the characters of all texts grow", Limits.MADE);
      }
    }
  }

  /** Adds the cost of reading a string once. */
  static void spendOn(String text) {
    spend(1 + text.length() / 256);
  }
}
