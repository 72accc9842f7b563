package io.braid.eval.codeforces;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A past contest, with the rating that a newcomer would have got from it (CodeElo, arXiv
 * 2501.01257, as FlowRL's evaluation computes it).
 *
 * @param worth points of each problem by its id, such as {@code 1971A}; empty if every problem
 *     counts one point
 * @param people the rated participants, best first
 */
public record Contest(Map<String, OptionalDouble> worth, List<Entrant> people) {
  /** A contest counts only if it has more participants than this. */
  public static final int TOO_FEW = 200;

  /** Points deducted from a problem per earlier wrong attempt. */
  private static final double COST = 50;

  /** Penalty minutes per earlier wrong attempt, if problems count one point. */
  private static final double MINUTES = 10;

  private static final int ABOVE_THE_BEST = 100;

  /**
   * A participant.
   *
   * @param rating rating before the contest
   * @param points points in the contest
   * @param penalty penalty in the contest, which breaks ties on points; lower is better
   */
  public record Entrant(double rating, double points, double penalty) {}

  /** Copies the collections. */
  public Contest {
    worth = Collections.unmodifiableMap(new LinkedHashMap<>(worth));
    people = List.copyOf(people);
  }

  /**
   * Returns the rating whose expected rank equals the rank that the attempts reach. The expected
   * rank is 1 plus the sum over participants of the probability of losing against them. The rating
   * is found in whole points, as in the published evaluation. It is empty for a contest with too
   * few participants.
   *
   * @param attempts whether each attempt at a problem was correct, in order, by problem id; the
   *     first correct attempt counts
   */
  public OptionalInt rating(Map<String, List<Boolean>> attempts) {
    if (people.size() <= TOO_FEW) {
      return OptionalInt.empty();
    }
    int rank = rank(attempts);
    int low = 0;
    int high =
        (int) people.stream().mapToDouble(Entrant::rating).max().orElseThrow() + ABOVE_THE_BEST;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (expectedRank(middle) < rank) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return OptionalInt.of(low);
  }

  private double expectedRank(double rating) {
    return 1 + people.stream().mapToDouble(each -> Elo.winProbability(each.rating(), rating)).sum();
  }

  /** Returns the number of participants that are better or equal. */
  int rank(Map<String, List<Boolean>> attempts) {
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
