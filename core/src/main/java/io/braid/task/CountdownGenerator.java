package io.braid.task;

import io.braid.Seeds;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Generates Countdown problems.
 *
 * <p>If there are at most 20,000 sets of numbers, all are enumerated and the problems are shuffled
 * by the seed. Otherwise sets are sampled at random, with a random reachable target for each, until
 * 10,000 consecutive samples have yielded no new problem.
 */
public final class CountdownGenerator implements ProblemSource {
  private static final BigInteger MOST_ENUMERATED = BigInteger.valueOf(20_000);
  private static final int MOST_VAIN_DRAWS = 10_000;

  private final CountdownSettings settings;
  private final NumberSets sets;
  private final CountdownSolver solver = new CountdownSolver();
  private @Nullable List<Countdown> shuffled;

  /**
   * Creates a generator with these settings. It enumerates nothing until the first problem is
   * requested.
   */
  public CountdownGenerator(CountdownSettings settings) {
    this.settings = settings;
    this.sets =
        new NumberSets(settings.numbers(), settings.min(), settings.max(), settings.distinct());
  }

  @Override
  public String name() {
    return "countdown";
  }

  /** Returns the generator's settings. */
  public CountdownSettings settings() {
    return settings;
  }

  @Override
  public List<Problem> upTo(Split split, int most) {
    List<Countdown> chosen =
        sets.count().compareTo(MOST_ENUMERATED) <= 0
            ? everything().stream().filter(in(split)).limit(most).toList()
            : drawn(split, most);
    return chosen.stream().map(countdown -> countdown.asked(settings.phrasing())).toList();
  }

  @Override
  public String randomSolution(Problem problem, long seed) {
    if (!(problem.reference() instanceof Countdown countdown)) {
      throw new IllegalArgumentException(problem.id() + " is not a Countdown problem");
    }
    return settings.phrasing().response(solver.randomSolution(countdown, seed));
  }

  private static Predicate<Countdown> in(Split split) {
    return countdown -> Split.of(countdown.key()) == split;
  }

  private synchronized List<Countdown> everything() {
    List<Countdown> all = shuffled;
    if (all == null) {
      List<Countdown> found = new ArrayList<>();
      sets.forEach(numbers -> found.addAll(over(numbers)));
      Collections.shuffle(found, new Random(settings.seed()));
      all = List.copyOf(found);
      shuffled = all;
    }
    return all;
  }

  private List<Countdown> drawn(Split split, int most) {
    Random random = Seeds.keyed(settings.seed(), split.name());
    Set<Countdown> found = new LinkedHashSet<>();
    int vain = 0;
    while (found.size() < most && vain < MOST_VAIN_DRAWS) {
      List<Countdown> choices = over(sets.draw(random)).stream().filter(in(split)).toList();
      boolean isNew = !choices.isEmpty() && found.add(choices.get(random.nextInt(choices.size())));
      vain = isNew ? 0 : vain + 1;
    }
    return List.copyOf(found);
  }

  /**
   * Returns the problems over one set of numbers that have enough solutions, by ascending target.
   */
  private List<Countdown> over(List<Integer> numbers) {
    return Enumeration.byValue(
            numbers, settings.counting(), settings.targetMin(), settings.targetMax())
        .entrySet()
        .stream()
        .filter(entry -> entry.getValue().size() >= settings.minSolutions())
        .map(Map.Entry::getKey)
        .map(target -> new Countdown(numbers, target, settings.counting()))
        .toList();
  }
}
