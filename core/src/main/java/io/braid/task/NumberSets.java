package io.braid.task;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Enumerates or samples the sets of numbers that problems may have. */
record NumberSets(int size, int min, int max, boolean distinct) {
  /**
   * Returns the number of sets: a binomial coefficient, with repetition unless the numbers must
   * differ.
   */
  BigInteger count() {
    int choices = max - min + 1 + (distinct ? 0 : size - 1);
    BigInteger count = BigInteger.ONE;
    for (int i = 0; i < size; i++) {
      count = count.multiply(BigInteger.valueOf(choices - i)).divide(BigInteger.valueOf(i + 1));
    }
    return count;
  }

  /**
   * Passes every set to the consumer in lexicographic order; each set is sorted in ascending order.
   */
  void forEach(Consumer<List<Integer>> use) {
    extend(new ArrayList<>(), min, use);
  }

  private void extend(List<Integer> begun, int least, Consumer<List<Integer>> use) {
    if (begun.size() == size) {
      use.accept(List.copyOf(begun));
      return;
    }
    for (int number = least; number <= max; number++) {
      begun.add(number);
      extend(begun, distinct ? number + 1 : number, use);
      begun.removeLast();
    }
  }

  /** Returns a random set, sampling each number until it fits. */
  List<Integer> draw(Random random) {
    List<Integer> drawn = new ArrayList<>();
    while (drawn.size() < size) {
      int number = min + random.nextInt(max - min + 1);
      if (!distinct || !drawn.contains(number)) {
        drawn.add(number);
      }
    }
    return drawn.stream().sorted().toList();
  }
}
