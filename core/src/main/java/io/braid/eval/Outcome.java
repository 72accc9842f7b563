package io.braid.eval;

import io.braid.MetricValues;
import io.braid.rollout.ResponseMetrics;
import io.braid.task.CodeTests;
import io.braid.task.Problem;
import io.braid.verify.Verdict;
import io.braid.verify.VerdictMetrics;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The samples of one problem and their verdicts.
 *
 * @param problem the problem
 * @param replies the samples
 * @param verdicts one verdict per sample
 * @param solutions keys of all solutions, if they can be enumerated
 */
public record Outcome(
    Problem problem, List<Reply> replies, List<Verdict> verdicts, Optional<Set<String>> solutions) {
  /** Copies the lists; throws if the numbers of samples and verdicts differ. */
  public Outcome {
    replies = List.copyOf(replies);
    verdicts = List.copyOf(verdicts);
    if (replies.isEmpty() || replies.size() != verdicts.size()) {
      throw new IllegalArgumentException(
          replies.size() + " replies and " + verdicts.size() + " verdicts");
    }
  }

  /** Returns the fraction of samples that could not be judged. */
  double unknown() {
    return verdicts.stream().mapToInt(each -> each.unknown() ? 1 : 0).average().orElseThrow();
  }

  int correct(int k) {
    return (int) verdicts.subList(0, k).stream().filter(Verdict::correct).count();
  }

  /** Returns the distinct correct answers among the first k samples. */
  public Set<String> distinctCorrect(int k) {
    Set<String> keys = new HashSet<>();
    verdicts.subList(0, k).stream()
        .filter(Verdict::correct)
        .forEach(verdict -> verdict.canonical().ifPresent(keys::add));
    return keys;
  }

  /**
   * Returns whether the majority vote of the first k samples is correct. Samples without an answer
   * do not vote; a tie goes to the answer that came first; without any vote the result is wrong.
   */
  public boolean majorityCorrect(int k) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    Map<String, Boolean> correct = new LinkedHashMap<>();
    for (Verdict verdict : verdicts.subList(0, k)) {
      verdict
          .canonical()
          .ifPresent(answer -> {
            votes.merge(answer, 1, Integer::sum);
            correct.putIfAbsent(answer, verdict.correct());
          });
    }
    int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return votes.entrySet().stream()
        .filter(entry -> entry.getValue() == most)
        .findFirst()
        .map(entry -> correct.getOrDefault(entry.getKey(), false))
        .orElse(false);
  }

  /** Returns the fraction of all solutions that the first k samples found. */
  OptionalDouble coverage(int k) {
    if (solutions.isEmpty() || solutions.get().isEmpty()) {
      return OptionalDouble.empty();
    }
    Set<String> found = distinctCorrect(k);
    found.retainAll(solutions.get());
    return OptionalDouble.of(found.size() / (double) solutions.get().size());
  }

  /** Returns the outcome without the samples' text, to save memory. */
  public Outcome withoutTexts() {
    return new Outcome(
        problem,
        replies.stream().map(each -> new Reply("", each.tokens(), each.finished())).toList(),
        verdicts,
        solutions);
  }

  /**
   * Returns this problem's values for {@link EvaluationMetrics} and for the metrics that training
   * has too.
   */
  public MetricValues metrics() {
    int samples = verdicts.size();
    List<Integer> sizes = Evaluation.sizes(samples);
    MetricValues metrics = new MetricValues();
    for (int k : sizes) {
      metrics.put(EvaluationMetrics.AVG.at(k), correct(k) / (double) k);
    }
    for (int k : sizes) {
      metrics.put(EvaluationMetrics.PASS.at(k), PassAtK.estimate(samples, correct(samples), k));
    }
    if (!(problem.reference() instanceof CodeTests)) {
      for (int k : sizes) {
        metrics.put(EvaluationMetrics.MAJ.at(k), majorityCorrect(k) ? 1.0 : 0.0);
      }
    }
    for (int k : sizes) {
      metrics.put(EvaluationMetrics.DISTINCT.at(k), distinctCorrect(k).size());
    }
    for (int k : sizes) {
      coverage(k).ifPresent(share -> metrics.put(EvaluationMetrics.COVERAGE.at(k), share));
    }
    return metrics
        .putIf(unknown() > 0, VerdictMetrics.UNKNOWN_FRAC, unknown())
        .put(
            ResponseMetrics.RESPONSE_LENGTH,
            replies.stream().mapToInt(Reply::tokens).average().orElseThrow())
        .put(
            ResponseMetrics.TRUNCATED_FRAC,
            replies.stream().mapToInt(each -> each.finished() ? 0 : 1).average().orElseThrow());
  }
}
