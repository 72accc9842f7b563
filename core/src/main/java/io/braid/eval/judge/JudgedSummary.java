package io.braid.eval.judge;

import io.braid.eval.Bootstrap;
import io.braid.eval.Interval;
import io.braid.eval.judge.EvaluationRecord.Response;
import io.braid.eval.judge.RecordJudge.Judged;
import io.braid.eval.judge.RecordJudge.Opinion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A judge's verdicts beside the rule's.
 *
 * @param problems with one response or more
 * @param responses of all problems
 * @param noVerdict responses on which the judge gave none: wrong in its accuracy, and in no number
 *     of agreement
 * @param byRule the mean over problems of the share of right responses, says the rule
 * @param byJudge the same, says the judge
 * @param agreement the rule being the first, the judge the second
 */
public record JudgedSummary(
    int problems,
    int responses,
    int noVerdict,
    Interval byRule,
    Interval byJudge,
    Agreement agreement) {
  /** What the row over several suites is called. */
  public static final String ALL = "all";

  /**
   * By suite, in the order that they come, and {@link #ALL} where they are several.
   *
   * @param seed of the intervals' bootstrap
   */
  public static Map<String, JudgedSummary> bySuite(List<Judged> judged, long seed) {
    Map<String, List<Judged>> suites = new LinkedHashMap<>();
    for (Judged each : judged) {
      if (!each.opinions().isEmpty()) {
        suites.computeIfAbsent(each.record().suite(), _ -> new ArrayList<>()).add(each);
      }
    }
    Map<String, JudgedSummary> summaries = new LinkedHashMap<>();
    suites.forEach((suite, list) -> summaries.put(suite, of(list, seed)));
    if (suites.size() > 1) {
      summaries.put(ALL, of(suites.values().stream().flatMap(List::stream).toList(), seed));
    }
    return summaries;
  }

  private static JudgedSummary of(List<Judged> judged, long seed) {
    double[] byRule = new double[judged.size()];
    double[] byJudge = new double[judged.size()];
    Agreement agreement = Agreement.NONE;
    int responses = 0;
    int noVerdict = 0;
    for (int p = 0; p < judged.size(); p++) {
      List<Response> each = judged.get(p).record().responses();
      for (int r = 0; r < each.size(); r++) {
        boolean rule = each.get(r).correct();
        Optional<Boolean> judge = judged.get(p).opinions().get(r).correct();
        byRule[p] += rule ? 1.0 / each.size() : 0;
        byJudge[p] += judge.orElse(false) ? 1.0 / each.size() : 0;
        agreement = judge.isPresent() ? agreement.and(rule, judge.get()) : agreement;
        noVerdict += judge.isPresent() ? 0 : 1;
      }
      responses += each.size();
    }
    Bootstrap bootstrap = new Bootstrap(seed);
    return new JudgedSummary(
        judged.size(),
        responses,
        noVerdict,
        bootstrap.mean(new double[][] {byRule}),
        bootstrap.mean(new double[][] {byJudge}),
        agreement);
  }

  /**
   * A response that rule and judge see differently.
   *
   * @param problem the problem's name
   * @param suite its suite
   * @param response the response's place among the problem's, from 0
   * @param rule the rule's word; the judge's is the other
   * @param said the judge's last line, not trusted
   */
  public record Difference(String problem, String suite, int response, boolean rule, String said) {}

  /** All responses that rule and judge see differently, in the order of the records. */
  public static List<Difference> differences(List<Judged> judged) {
    List<Difference> differences = new ArrayList<>();
    for (Judged each : judged) {
      for (int r = 0; r < each.opinions().size(); r++) {
        Opinion opinion = each.opinions().get(r);
        boolean rule = each.record().responses().get(r).correct();
        if (opinion.correct().isPresent() && opinion.correct().get() != rule) {
          differences.add(
              new Difference(
                  each.record().problem(), each.record().suite(), r, rule, opinion.said()));
        }
      }
    }
    return differences;
  }
}
