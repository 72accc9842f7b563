package io.braid.eval.codeforces;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A past contest, and what rating a newcomer would get who had taken part (CodeElo, arXiv
 * 2501.01257, as FlowRL's evaluation computes it).
 *
 * @param worth the points of each problem by its id, such as {@code 1971A}; empty where a problem
 *     counts one
 * @param people those who took part and were rated, the best first
 */
public record Contest(Map<String, OptionalDouble> worth, List<Entrant> people) {
  /** Contests that fewer people or as many took part in say too little. */
  public static final int FEWEST = 200;

  /** What an earlier wrong attempt takes from a problem's points. */
  private static final double COST = 50;

  /** And what it adds to the penalty where problems count one. */
  private static final double MINUTES = 10;

  private static final int ABOVE_THE_BEST = 100;

  /**
   * Someone who took part.
   *
   * @param rating before the contest
   * @param points in it
   * @param penalty in it; less is better among equals
   */
  public record Entrant(double rating, double points, double penalty) {}

  /** Copies the collections. */
  public Contest {
    worth = Collections.unmodifiableMap(new LinkedHashMap<>(worth));
    people = List.copyOf(people);
  }

  /**
   * The rating at which the expected place is the place that the attempts reach; the expected place
   * is 1 and, for each person, the chance to lose against them. Found as whole points, as the
   * published evaluation does; empty for a contest of too few people.
   *
   * @param attempts whether each attempt at a problem was right, in their order, by the problem's
   *     id; the first right one counts
   */
  public OptionalInt rating(Map<String, List<Boolean>> attempts) {
    if (people.size() <= FEWEST) {
      return OptionalInt.empty();
    }
    int place = place(attempts);
    int low = 0;
    int high =
        (int) people.stream().mapToDouble(Entrant::rating).max().orElseThrow() + ABOVE_THE_BEST;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (expectedPlace(middle) < place) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return OptionalInt.of(low);
  }

  private double expectedPlace(double rating) {
    return 1 + people.stream().mapToDouble(each -> Elo.chance(each.rating(), rating)).sum();
  }

  /** How many people are ahead, or as good. */
  int place(Map<String, List<Boolean>> attempts) {
    double points = 0;
    double penalty = 0;
    for (Map.Entry<String, OptionalDouble> problem : worth.entrySet()) {
      int before =
          Optional.ofNullable(attempts.get(problem.getKey()))
              .map(each -> each.indexOf(true))
              .orElse(-1);
      if (before >= 0 && problem.getValue().isPresent()) {
        points += Math.max(0, problem.getValue().getAsDouble() - COST * before);
      } else if (before >= 0) {
        points += 1;
        penalty += MINUTES * before;
      }
    }
    for (int p = 0; p < people.size(); p++) {
      Entrant other = people.get(p);
      if (other.points() < points || other.points() == points && other.penalty() > penalty) {
        return p;
      }
    }
    return people.size();
  }
}
