package io.braid.task;

import io.braid.UserError;

/**
 * The settings of the Countdown problems to generate.
 *
 * <p>Three distinct numbers from 1..20 and targets 1..99 make 12,898 solvable problems. Of these,
 * 1,059 have at least two solutions under {@link Sameness#ALGEBRA} (2.7 on average), and 6,135
 * under {@link Sameness#ORDER} (3.2 on average).
 *
 * @param numbers number of numbers in a problem, 2 to 5
 * @param min the smallest number
 * @param max the largest number
 * @param targetMin the smallest target
 * @param targetMax the largest target
 * @param distinct whether the numbers of a problem must all differ
 * @param minSolutions least number of solutions of a problem
 * @param counting how solutions are counted
 * @param phrasing how the question is worded
 * @param seed seed that decides the order of the problems and, if they are too many to enumerate,
 *     which of them are generated; it never affects their split
 */
public record CountdownSettings(
    int numbers,
    int min,
    int max,
    int targetMin,
    int targetMax,
    boolean distinct,
    int minSolutions,
    Counting counting,
    Phrasing phrasing,
    long seed) {
  /** Three distinct numbers from 1..20, targets 1..99, at least one solution, compact, seed 0. */
  public static final CountdownSettings STANDARD =
      new CountdownSettings(3, 1, 20, 1, 99, true, 1, Counting.STANDARD, Phrasing.COMPACT, 0);

  /** Rejects contradictory settings. */
  public CountdownSettings {
    require(
        2 <= numbers && numbers <= Countdown.MOST_NUMBERS,
        "numbers is %s; give 2 to %s".formatted(numbers, Countdown.MOST_NUMBERS));
    require(
        1 <= min && min <= max && max <= Countdown.LARGEST_NUMBER,
        "min is %s and max is %s; give 1 ≤ min ≤ max ≤ %s"
            .formatted(min, max, Countdown.LARGEST_NUMBER));
    require(
        targetMin <= targetMax,
        "target-min is %s and target-max is %s; give target-min ≤ target-max"
            .formatted(targetMin, targetMax));
    require(
        !distinct || max - min + 1 >= numbers,
        "%s..%s has fewer than %s distinct numbers; widen it or set distinct=false"
            .formatted(min, max, numbers));
    require(minSolutions >= 1, "solutions is %s; give 1 or more".formatted(minSolutions));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new UserError("task countdown: " + otherwise);
    }
  }

  /** Reads the options of a task spec; missing options are taken from {@link #STANDARD}. */
  static CountdownSettings of(Options options) {
    return new CountdownSettings(
        options.whole("numbers", STANDARD.numbers),
        options.whole("min", STANDARD.min),
        options.whole("max", STANDARD.max),
        options.whole("target-min", STANDARD.targetMin),
        options.whole("target-max", STANDARD.targetMax),
        options.flag("distinct", STANDARD.distinct),
        options.whole("solutions", STANDARD.minSolutions),
        new Counting(
            options.choice("intermediates", STANDARD.counting.intermediates()),
            options.choice("sameness", STANDARD.counting.sameness())),
        options.choice("phrasing", STANDARD.phrasing),
        options.seed("seed", STANDARD.seed));
  }

  /** Returns these settings with a different number of numbers and a different range. */
  public CountdownSettings withNumbers(int count, int least, int most) {
    return new CountdownSettings(
        count, least, most, targetMin, targetMax, distinct, minSolutions, counting, phrasing, seed);
  }

  /**
   * Returns these settings with a different minimum number of solutions and a different way of
   * counting them.
   */
  public CountdownSettings withSolutions(int atLeast, Counting way) {
    return new CountdownSettings(
        numbers, min, max, targetMin, targetMax, distinct, atLeast, way, phrasing, seed);
  }

  /** Returns these settings with a different phrasing. */
  public CountdownSettings withPhrasing(Phrasing other) {
    return new CountdownSettings(
        numbers, min, max, targetMin, targetMax, distinct, minSolutions, counting, other, seed);
  }

  /** Returns these settings with a different seed. */
  public CountdownSettings withSeed(long other) {
    return new CountdownSettings(
        numbers, min, max, targetMin, targetMax, distinct, minSolutions, counting, phrasing, other);
  }
}
