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
 * A comparison of a judge's verdicts with the rule's.
 *
 * @param problems number of problems with at least one response
 * @param responses number of responses to all problems
 * @param noVerdict number of responses without a verdict from the judge; they count as wrong in its
 *     accuracy and are left out of the agreement
 * @param byRule accuracy by the rule: mean over problems of the fraction of correct responses
 * @param byJudge accuracy by the judge, computed in the same way
 * @param agreement agreement of the rule (first) and the judge (second)
 */
public record JudgedSummary(
    int problems,
    int responses,
    int noVerdict,
    Interval byRule,
    Interval byJudge,
    Agreement agreement) {
  /** Name of the row over all suites. */
  public static final String ALL = "all";

  /**
   * Summarises by suite, in order of first occurrence, with a row {@link #ALL} if there are
   * several.
   *
   * @param seed seed of the bootstrap
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
   * A response on which the rule and the judge disagree.
   *
   * @param problem name of the problem
   * @param suite name of its suite
   * @param response index of the response among the problem's responses, from 0
   * @param rule whether the rule calls the response correct; the judge says the opposite
   * @param said last line of the judge's reply, not trusted
   */
  public record Difference(String problem, String suite, int response, boolean rule, String said) {}

  /**
   * Returns all responses on which the rule and the judge disagree, in the order of the records.
   */
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
