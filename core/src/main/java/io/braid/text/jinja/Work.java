package io.braid.text.jinja;

import java.util.function.Supplier;

/**
 * What a rendering has cost so far: an evaluation, an entry looked at or 256 characters cost one.
 * Whatever takes time in proportion to data spends here, so that no template runs for long.
 */
final class Work {
  private static final ScopedValue<Work> CURRENT = ScopedValue.newInstance();

  private long spent;

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

  /** Spends on looking at a text once. */
  static void spendOn(String text) {
    spend(1 + text.length() / 256);
  }
}
