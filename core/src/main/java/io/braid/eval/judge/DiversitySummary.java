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
 * A summary of the diversity scores for a suite.
 *
 * @param scored number of problems with a score
 * @param noScore number of problems to which the judge gave no score, which the mean leaves out
 * @param tooFew number of problems with fewer than two responses to compare, which the mean leaves
 *     out
 * @param score mean over problems with its interval; empty without scored problems
 */
public record DiversitySummary(int scored, int noScore, int tooFew, Optional<Interval> score) {
  /** Name of the row over all suites. */
  public static final String ALL = "all";

  /**
   * Summarises by suite, in order of first occurrence, with a row {@link #ALL} if there are
   * several.
   *
   * @param seed seed of the bootstrap
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
