package io.braid.task;

import io.braid.UserError;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Countdown problem: reach the target with + − × ÷, using each number exactly once.
 *
 * <p>Every expression whose value is exactly the target is correct. Its solutions are the
 * expressions that {@code counting} allows and distinguishes; coverage is computed from them.
 *
 * @param numbers 2 to 5 numbers from 1 to 999 999, sorted in ascending order
 * @param target the value to reach
 * @param counting how its solutions are counted
 */
public record Countdown(List<Integer> numbers, int target, Counting counting) implements Reference {
  static final int MOST_NUMBERS = 5;
  static final int LARGEST_NUMBER = 999_999;

  /** Sorts the numbers and checks their count and size. */
  public Countdown {
    numbers = numbers.stream().sorted().toList();
    if (numbers.size() < 2 || numbers.size() > MOST_NUMBERS) {
      throw new UserError(
          "a Countdown problem must have 2 to %d numbers, got %d: %s"
              .formatted(MOST_NUMBERS, numbers.size(), numbers));
    }
    if (numbers.getFirst() < 1 || numbers.getLast() > LARGEST_NUMBER) {
      throw new UserError(
          "the numbers of a Countdown problem must be in 1..%d, got %s"
              .formatted(LARGEST_NUMBER, numbers));
    }
  }

  /** A problem with {@link Counting#STANDARD} counting. */
  public Countdown(List<Integer> numbers, int target) {
    this(numbers, target, Counting.STANDARD);
  }

  /** Returns the key of the problem: {@code countdown:3,5,7=26}. It decides the split. */
  public String key() {
    return "countdown:" + joined(",") + "=" + target;
  }

  String joined(String between) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(between));
  }

  /** Returns this problem's question, worded in the given phrasing. */
  public Problem asked(Phrasing phrasing) {
    return new Problem(key(), phrasing.question(this), this);
  }
}
