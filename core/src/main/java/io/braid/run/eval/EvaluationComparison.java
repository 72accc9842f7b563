package io.braid.run.eval;

import io.braid.UserError;
import io.braid.eval.Bootstrap;
import io.braid.eval.EvaluationMetrics;
import io.braid.eval.Interval;
import io.braid.eval.PairedTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two evaluations of the same problems, problem by problem.
 *
 * @param suite the benchmark
 * @param problems how many problems both were asked
 * @param left how many only one of them was asked, which are left out
 * @param samples how many samples a problem has, first the one's, then the other's
 * @param first the mean of {@code avg@k} of the one, over the problems of both
 * @param second of the other
 * @param difference the second's minus the first's, paired
 * @param test how chance was measured
 * @param p how likely so large a difference would be by chance alone
 * @param better problems that the second solves more often
 * @param worse problems that it solves less often
 */
public record EvaluationComparison(
    String suite,
    int problems,
    int left,
    List<Integer> samples,
    double first,
    double second,
    Interval difference,
    Test test,
    double p,
    List<Change> better,
    List<Change> worse) {
  /** A difference that is chance's in at most one of twenty. */
  private static final double SIGNIFICANT = 0.05;

  /** A test of paired results. */
  public enum Test {
    /** One sample a problem on both sides: McNemar's exact test. */
    MCNEMAR,
    /** Several: the sign-flip permutation test. */
    SIGN_FLIP
  }

  /**
   * A problem that two models solve differently often.
   *
   * @param problem its id
   * @param number which problem of the first evaluation, from 1
   * @param before the share of right samples of the one
   * @param after of the other
   */
  public record Change(String problem, int number, double before, double after) {}

  /** Copies the lists. */
  public EvaluationComparison {
    samples = List.copyOf(samples);
    better = List.copyOf(better);
    worse = List.copyOf(worse);
  }

  /** Whether chance alone would seldom make such a difference. */
  public boolean significant() {
    return p < SIGNIFICANT;
  }

  /**
   * Compares benchmark by benchmark.
   *
   * @param seed of the intervals and of the tests' draws
   * @throws UserError when there is nothing to compare
   */
  public static List<EvaluationComparison> of(
      EvaluationResults first, EvaluationResults second, long seed) {
    List<EvaluationComparison> all = new ArrayList<>();
    first
        .suites()
        .forEach((name, result) -> {
          EvaluationResult other = second.suites().get(name);
          if (other != null) {
            all.add(of(name, result, other, seed));
          }
        });
    if (all.isEmpty()) {
      throw new UserError(
          "nothing to compare: the first was measured on %s, the second on %s"
              .formatted(
                  String.join(", ", first.suites().keySet()),
                  String.join(", ", second.suites().keySet())));
    }
    return all;
  }

  private static EvaluationComparison of(
      String suite, EvaluationResult first, EvaluationResult second, long seed) {
    List<Change> pairs = pairs(first, second);
    if (pairs.isEmpty()) {
      throw new UserError(
          "nothing to compare: of %s both were asked different problems".formatted(suite));
    }
    double[] before = pairs.stream().mapToDouble(Change::before).toArray();
    double[] after = pairs.stream().mapToDouble(Change::after).toArray();
    List<Change> better = pairs.stream().filter(each -> each.after() > each.before()).toList();
    List<Change> worse = pairs.stream().filter(each -> each.after() < each.before()).toList();
    List<Integer> samples =
        List.of(EvaluationResults.samples(first), EvaluationResults.samples(second));
    Test test = samples.equals(List.of(1, 1)) ? Test.MCNEMAR : Test.SIGN_FLIP;
    return new EvaluationComparison(
        suite,
        pairs.size(),
        first.problems().size() + second.problems().size() - 2 * pairs.size(),
        samples,
        pairs.stream().mapToDouble(Change::before).average().orElseThrow(),
        pairs.stream().mapToDouble(Change::after).average().orElseThrow(),
        new Bootstrap(seed).difference(new double[][] {after}, new double[][] {before}),
        test,
        switch (test) {
          case MCNEMAR -> PairedTest.mcNemar(better.size(), worse.size());
          case SIGN_FLIP ->
              PairedTest.signFlip(
                  pairs.stream().mapToDouble(each -> each.after() - each.before()).toArray(), seed);
        },
        better,
        worse);
  }

  /** The problems of both, in the order of the first. */
  private static List<Change> pairs(EvaluationResult first, EvaluationResult second) {
    Map<String, Double> after = new HashMap<>();
    for (int p = 0; p < second.problems().size(); p++) {
      after.put(second.problems().get(p), right(second).get(p));
    }
    List<Change> pairs = new ArrayList<>();
    for (int p = 0; p < first.problems().size(); p++) {
      String problem = first.problems().get(p);
      Double now = after.get(problem);
      if (now != null) {
        pairs.add(new Change(problem, p + 1, right(first).get(p), now));
      }
    }
    return pairs;
  }

  private static List<Double> right(EvaluationResult result) {
    return result
        .values()
        .getOrDefault(
            EvaluationMetrics.AVG.at(EvaluationResults.samples(result)).name(), List.of());
  }
}
