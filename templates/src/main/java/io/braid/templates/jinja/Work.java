package io.braid.templates.jinja;

import java.util.function.Supplier;

/**
 * What a rendering has cost so far: an evaluation, an entry looked at or 256 characters cost one, a
 * value made costs some. Whatever takes time in proportion to data spends here, so that no template
 * runs for long; and what is made is counted in characters too, so that none fills the memory.
 */
final class Work {
  private static final ScopedValue<Work> CURRENT = ScopedValue.newInstance();

  /**
   * What making a string, a list or a mapping costs: about its bytes, in parts of a list's entry.
   */
  static final int MAKING = 8;

  private long spent;
  private long made;

  private Work() {}

  /** Runs a rendering with a limit of its own. */
  static <T> T limited(Supplier<T> rendering) {
    return ScopedValue.where(CURRENT, new Work()).call(rendering::get);
  }

  /** Spends on the current rendering; parsing, which is bounded by its source, costs nothing. */
  static void spend(long cost) {
    if (CURRENT.isBound()) {
      Work work = CURRENT.get();
      work.spent += cost;
      if (work.spent > Limits.WORK) {
        throw Limits.exceeded("the template works", Limits.WORK);
      }
    }
  }

  /** Spends on a text of so many characters that is made and may be kept. */
  static void make(long characters) {
    grow(characters);
    spend(MAKING + characters / 256);
  }

  /** Counts characters that are written, though nothing may be made of them. */
  static void grow(long characters) {
    if (CURRENT.isBound()) {
      Work work = CURRENT.get();
      work.made += characters;
      if (work.made > Limits.MADE) {
        throw Limits.exceeded("the characters of all texts grow", Limits.MADE);
      }
    }
  }

  /** Spends on looking at a text once. */
  static void spendOn(String text) {
    spend(1 + text.length() / 256);
  }
}
