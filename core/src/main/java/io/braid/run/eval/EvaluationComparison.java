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
 * A comparison of two evaluations, problem by problem.
 *
 * @param suite name of the benchmark
 * @param problems number of problems that are in both evaluations
 * @param left number of problems that are in only one of them and are left out
 * @param samples number of samples per problem in the first and in the second evaluation
 * @param first mean {@code avg@k} of the first evaluation over the common problems
 * @param second mean {@code avg@k} of the second evaluation over the common problems
 * @param difference mean paired difference, second minus first
 * @param test the significance test
 * @param p p-value: probability of a difference at least as large by chance alone
 * @param better problems that the second model solves more often
 * @param worse problems that the second model solves less often
 * @param scores comparisons of the suite's further scores, if both evaluations have all problems
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
    List<Change> worse,
    List<ScoreComparison> scores) {
  /** Significance level. */
  private static final double SIGNIFICANT = 0.05;

  /** A test of paired results. */
  public enum Test {
    /** McNemar's exact test, for one sample per problem on both sides. */
    MCNEMAR,
    /** The sign-flip permutation test, for several samples per problem. */
    SIGN_FLIP
  }

  /**
   * A problem whose accuracy differs between the two models.
   *
   * @param problem id of the problem
   * @param number number of the problem in the first evaluation, from 1
   * @param before fraction of correct samples in the first evaluation
   * @param after fraction of correct samples in the second evaluation
   */
  public record Change(String problem, int number, double before, double after) {}

  /** Copies the lists. */
  public EvaluationComparison {
    samples = List.copyOf(samples);
    better = List.copyOf(better);
    worse = List.copyOf(worse);
    scores = List.copyOf(scores);
  }

  /** Returns whether the p-value is below the significance level. */
  public boolean significant() {
    return p < SIGNIFICANT;
  }

  /**
   * Compares two evaluations, benchmark by benchmark.
   *
   * @param seed seed of the bootstrap intervals and of the permutation tests
   * @throws UserError if the evaluations have no benchmark or problem in common, or only one of
   *     them had a judge
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
          "nothing to compare: the first evaluation is on %s, the second on %s"
              .formatted(
                  String.join(", ", first.suites().keySet()),
                  String.join(", ", second.suites().keySet())));
    }
    return all;
  }

  private static EvaluationComparison of(
      String suite, EvaluationResult first, EvaluationResult second, long seed) {
    if (first.unjudged() != second.unjudged()) {
      throw new UserError(
          "%s: the %s evaluation had no judge and the other one had; evaluate both alike"
              .formatted(suite, first.unjudged() ? "first" : "second"));
    }
    List<Change> pairs = pairs(first, second);
    if (pairs.isEmpty()) {
      throw new UserError(
          "nothing to compare: the two evaluations of %s have no problem in common"
              .formatted(suite));
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
        worse,
        ScoreComparison.of(first, second, seed));
  }

  /** Returns the common problems, in the order of the first evaluation. */
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
