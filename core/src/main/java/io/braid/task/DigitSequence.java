package io.braid.task;

import io.braid.UserError;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A digit sequence to continue: x(n) = (x(n−1) + x(n−2)) mod {@code modulus}.
 *
 * @param first the first term, below the modulus
 * @param second the second term, below the modulus
 * @param modulus 2 to 100
 * @param count number of terms to continue with, 1 to 1000
 */
public record DigitSequence(int first, int second, int modulus, int count) implements Reference {
  static final int LARGEST_MODULUS = 100;
  static final int MOST_TERMS = 1000;

  /** Rejects values that are out of range. */
  public DigitSequence {
    if (modulus < 2 || modulus > LARGEST_MODULUS) {
      throw new UserError(
          "the modulus of a digit sequence must be in 2..%d, got %d"
              .formatted(LARGEST_MODULUS, modulus));
    }
    if (first < 0 || first >= modulus || second < 0 || second >= modulus) {
      throw new UserError(
          "the terms of a digit sequence must be in 0..%d, got %d,%d"
              .formatted(modulus - 1, first, second));
    }
    if (count < 1 || count > MOST_TERMS) {
      throw new UserError(
          "a digit sequence must be continued for 1..%d terms, got %d"
              .formatted(MOST_TERMS, count));
    }
  }

  /** Returns the terms to continue with. */
  public List<Integer> terms() {
    return Stream.iterate(
            new int[] {first, second}, last -> new int[] {last[1], (last[0] + last[1]) % modulus})
        .limit(count)
        .map(last -> (last[0] + last[1]) % modulus)
        .toList();
  }

  /** Returns the terms to continue with, separated by commas: {@code 8,3,1}. */
  public String answer() {
    return terms().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Returns the question: {@code 3,5:10,8} for the next eight terms of 3, 5 modulo 10. */
  public String question() {
    return "%s,%s:%s,%s".formatted(first, second, modulus, count);
  }

  /** Returns this sequence as a problem. */
  public Problem asked() {
    return new Problem("digits:" + question(), question(), this);
  }
}
