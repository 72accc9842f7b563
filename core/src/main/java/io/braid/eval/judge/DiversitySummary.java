package io.braid.eval.judge;

import io.braid.eval.Bootstrap;
import io.braid.eval.Interval;
import io.braid.eval.judge.RecordDiversity.Scored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The diversity score of a suite.
 *
 * @param scored problems with a score
 * @param noScore problems to which the judge gave none; they are left out of the mean
 * @param tooFew problems with fewer than two responses to compare; likewise
 * @param score the mean over problems with its interval; none without scored problems
 */
public record DiversitySummary(int scored, int noScore, int tooFew, Optional<Interval> score) {
  /** What the row over several suites is called. */
  public static final String ALL = "all";

  /**
   * By suite, in the order that they come, and {@link #ALL} where they are several.
   *
   * @param seed of the intervals' bootstrap
   */
  public static Map<String, DiversitySummary> bySuite(List<Scored> scored, long seed) {
    Map<String, List<Scored>> suites = new LinkedHashMap<>();
    scored.forEach(each -> suites.computeIfAbsent(each.suite(), _ -> new ArrayList<>()).add(each));
    Map<String, DiversitySummary> summaries = new LinkedHashMap<>();
    suites.forEach((suite, list) -> summaries.put(suite, of(list, seed)));
    if (suites.size() > 1) {
      summaries.put(ALL, of(scored, seed));
    }
    return summaries;
  }

  private static DiversitySummary of(List<Scored> all, long seed) {
    double[] scores =
        all.stream()
            .flatMap(each -> each.score().stream())
            .mapToDouble(Integer::intValue)
            .toArray();
    int asked = (int) all.stream().filter(Scored::asked).count();
    return new DiversitySummary(
        scores.length,
        asked - scores.length,
        all.size() - asked,
        scores.length == 0
            ? Optional.empty()
            : Optional.of(new Bootstrap(seed).mean(new double[][] {scores})));
  }
}
