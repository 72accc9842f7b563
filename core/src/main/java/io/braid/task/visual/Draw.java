package io.braid.task.visual;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Random choices. */
final class Draw {
  private Draw() {}

  /** Returns one of the elements. */
  static <T> T one(List<T> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  /** Returns different elements in random order. */
  static <T> List<T> some(int count, List<T> from, Random random) {
    List<T> all = new ArrayList<>(from);
    Collections.shuffle(all, random);
    return all.subList(0, count);
  }

  /** Returns a number from {@code least} to {@code most}, both included. */
  static int between(int least, int most, Random random) {
    return random.nextInt(least, most + 1);
  }

  /** Returns different numbers from {@code least} to {@code most}, both included. */
  static List<Integer> numbers(int count, int least, int most, Random random) {
    List<Integer> all = new ArrayList<>();
    for (int number = least; number <= most; number++) {
      all.add(number);
    }
    return some(count, all, random);
  }

  /** Draws until the result is none of those given. */
  static <T> T except(List<T> not, Supplier<T> drawn) {
    T other = drawn.get();
    while (not.contains(other)) {
      other = drawn.get();
    }
    return other;
  }
}
