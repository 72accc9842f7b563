package io.braid.task;

import io.braid.Seeds;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Generates sums and differences in words, such as "Tom has 12 apples and buys 7 more. How many
 * apples does Tom have now?".
 */
public final class StoryGenerator implements ProblemSource {
  private final StorySettings settings;
  private final long numbers; // of values that a number can have
  private final long all; // combinations of numbers and signs, possible or not
  private final long stride;
  private final long offset;

  /** Creates a generator with these settings. */
  public StoryGenerator(StorySettings settings) {
    this.settings = settings;
    this.numbers = settings.max() - Story.SMALLEST + 1L;
    long combinations = numbers;
    for (int step = 0; step < settings.steps(); step++) {
      combinations *= 2 * numbers;
    }
    this.all = combinations;
    Random random = new Random(settings.seed());
    this.offset = random.nextLong(all);
    long coprime = random.nextLong(all / 2, all);
    while (!BigInteger.valueOf(coprime).gcd(BigInteger.valueOf(all)).equals(BigInteger.ONE)) {
      coprime = coprime == all - 1 ? 1 : coprime + 1;
    }
    this.stride = coprime;
  }

  @Override
  public String name() {
    return "stories";
  }

  @Override
  public List<Problem> upTo(Split split, int most) {
    return LongStream.range(0, all) // a stride without common divisor visits each number once
        .mapToObj(i -> story(index(i)))
        .filter(story -> story.staysWithin(settings.max()))
        .map(Story::asked)
        .filter(problem -> Split.of(problem.id()) == split)
        .limit(most)
        .toList();
  }

  private long index(long i) {
    return BigInteger.valueOf(i)
        .multiply(BigInteger.valueOf(stride))
        .add(BigInteger.valueOf(offset))
        .mod(BigInteger.valueOf(all))
        .longValueExact();
  }

  /** Returns the story with a number: its digits, in a mixed base, are its numbers and signs. */
  private Story story(long index) {
    long rest = index;
    int start = (int) (rest % numbers) + Story.SMALLEST;
    rest /= numbers;
    List<Integer> changes = new ArrayList<>();
    for (int step = 0; step < settings.steps(); step++) {
      int change = (int) (rest % numbers) + Story.SMALLEST;
      rest /= numbers;
      changes.add(rest % 2 == 0 ? change : -change);
      rest /= 2;
    }
    return new Story(start, changes);
  }

  @Override
  public String randomSolution(Problem problem, long seed) {
    return Story.of(problem).solution(Seeds.keyed(seed, problem.id()));
  }
}
