package io.braid.task;

import io.braid.UserError;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Countdown problem: reach the target with + − × ÷, using each number exactly once.
 *
 * <p>Any exactly right expression is correct. Its solutions, against which coverage is counted, are
 * the expressions that its counting allows and tells apart.
 *
 * @param numbers 2 to 5 numbers from 1 to 999 999, in rising order whatever order was given
 * @param target the value to reach
 * @param counting how its solutions are counted
 */
public record Countdown(List<Integer> numbers, int target, Counting counting) implements Reference {
  static final int MOST_NUMBERS = 5;
  static final int LARGEST_NUMBER = 999_999;

  /** Sorts the numbers; too few, too many or too large ones are the user's to mend. */
  public Countdown {
    numbers = numbers.stream().sorted().toList();
    if (numbers.size() < 2 || numbers.size() > MOST_NUMBERS) {
      throw new UserError(
          "a Countdown problem has 2 to %d numbers, not %d: %s"
              .formatted(MOST_NUMBERS, numbers.size(), numbers));
    }
    if (numbers.getFirst() < 1 || numbers.getLast() > LARGEST_NUMBER) {
      throw new UserError(
          "the numbers of a Countdown problem lie in 1..%d: %s".formatted(LARGEST_NUMBER, numbers));
    }
  }

  /** A problem whose solutions are counted in the {@link Counting#STANDARD} way. */
  public Countdown(List<Integer> numbers, int target) {
    this(numbers, target, Counting.STANDARD);
  }

  /** The key of the problem: {@code countdown:3,5,7=26}. Splits are made by it. */
  public String key() {
    return "countdown:" + joined(",") + "=" + target;
  }

  String joined(String between) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(between));
  }

  /** This problem as a question of the given phrasing. */
  public Problem asked(Phrasing phrasing) {
    return new Problem(key(), phrasing.question(this), this);
  }
}
