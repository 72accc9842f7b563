package io.braid.eval;

import io.braid.task.CodeTests;
import io.braid.task.Problem;
import io.braid.verify.Verdict;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One problem's samples and what they were worth.
 *
 * @param problem what was asked
 * @param replies its samples
 * @param verdicts one a sample
 * @param solutions the keys of all its solutions, where they can be enumerated
 */
public record Outcome(
    Problem problem, List<Reply> replies, List<Verdict> verdicts, Optional<Set<String>> solutions) {
  /** The metric of what could not be judged; only there where something could not. */
  public static final String UNKNOWN = "unknown";

  /** Copies the lists; another number of verdicts than of samples is the caller's mistake. */
  public Outcome {
    replies = List.copyOf(replies);
    verdicts = List.copyOf(verdicts);
    if (replies.isEmpty() || replies.size() != verdicts.size()) {
      throw new IllegalArgumentException(
          replies.size() + " replies and " + verdicts.size() + " verdicts");
    }
  }

  /** The share of samples that could not be judged. */
  double unknown() {
    return verdicts.stream().mapToInt(each -> each.unknown() ? 1 : 0).average().orElseThrow();
  }

  int right(int k) {
    return (int) verdicts.subList(0, k).stream().filter(Verdict::correct).count();
  }

  /** The different right answers among the first k samples. */
  public Set<String> distinctRight(int k) {
    Set<String> keys = new HashSet<>();
    verdicts.subList(0, k).stream()
        .filter(Verdict::correct)
        .forEach(verdict -> verdict.canonical().ifPresent(keys::add));
    return keys;
  }

  /**
   * Whether the answer that most of the first k samples give is right. Samples without an answer do
   * not vote; of answers with as many votes the one that came first is taken; no vote is wrong.
   */
  public boolean majorityRight(int k) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    Map<String, Boolean> right = new LinkedHashMap<>();
    for (Verdict verdict : verdicts.subList(0, k)) {
      verdict
          .canonical()
          .ifPresent(answer -> {
            votes.merge(answer, 1, Integer::sum);
            right.putIfAbsent(answer, verdict.correct());
          });
    }
    int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return votes.entrySet().stream()
        .filter(entry -> entry.getValue() == most)
        .findFirst()
        .map(entry -> right.getOrDefault(entry.getKey(), false))
        .orElse(false);
  }

  /** The share of all solutions among the first k samples. */
  OptionalDouble coverage(int k) {
    if (solutions.isEmpty() || solutions.get().isEmpty()) {
      return OptionalDouble.empty();
    }
    Set<String> found = distinctRight(k);
    found.retainAll(solutions.get());
    return OptionalDouble.of(found.size() / (double) solutions.get().size());
  }

  /** The same without what the model wrote, for many long replies fill the memory. */
  public Outcome withoutTexts() {
    return new Outcome(
        problem,
        replies.stream().map(each -> new Reply("", each.tokens(), each.finished())).toList(),
        verdicts,
        solutions);
  }

  /**
   * This problem's numbers by the names of {@link Evaluation.Report}; {@code coverage@k} only where
   * the solutions can be enumerated, {@code maj@k} not for programs, which are all different.
   */
  public Map<String, Double> metrics() {
    int samples = verdicts.size();
    List<Integer> sizes = Evaluation.sizes(samples);
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int k : sizes) {
      metrics.put("avg@" + k, right(k) / (double) k);
    }
    for (int k : sizes) {
      metrics.put("pass@" + k, PassAtK.estimate(samples, right(samples), k));
    }
    if (!(problem.reference() instanceof CodeTests)) {
      for (int k : sizes) {
        metrics.put("maj@" + k, majorityRight(k) ? 1.0 : 0.0);
      }
    }
    for (int k : sizes) {
      metrics.put("distinct@" + k, (double) distinctRight(k).size());
    }
    for (int k : sizes) {
      coverage(k).ifPresent(share -> metrics.put("coverage@" + k, share));
    }
    if (unknown() > 0) {
      metrics.put(UNKNOWN, unknown());
    }
    metrics.put("length", replies.stream().mapToInt(Reply::tokens).average().orElseThrow());
    metrics.put(
        "truncated",
        replies.stream().mapToInt(each -> each.finished() ? 0 : 1).average().orElseThrow());
    return metrics;
  }
}
