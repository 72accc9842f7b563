package io.braid.eval;

import io.braid.UserError;
import io.braid.rollout.Group;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.task.Countdown;
import io.braid.task.CountdownSolver;
import io.braid.train.AskedProblem;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntConsumer;

/** Samples answers to problems that nothing was learned from, and counts. */
public final class Evaluation {
  private static final int AT_ONCE = 64;

  private final Verifier verifier;
  private final CountdownSolver solver;

  /** An evaluation by a verifier; the solver knows which solutions there are. */
  public Evaluation(Verifier verifier, CountdownSolver solver) {
    this.verifier = verifier;
    this.solver = solver;
  }

  /**
   * One problem's samples and what they were worth.
   *
   * @param asked the problem
   * @param responses its samples
   * @param verdicts one a sample
   * @param solutions the keys of all its solutions, where they can be enumerated
   */
  public record Outcome(
      AskedProblem asked,
      List<Response> responses,
      List<Verdict> verdicts,
      Optional<Set<String>> solutions) {

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

    /** The share of all solutions among the first k samples. */
    OptionalDouble coverage(int k) {
      if (solutions.isEmpty() || solutions.get().isEmpty()) {
        return OptionalDouble.empty();
      }
      Set<String> found = distinctRight(k);
      found.retainAll(solutions.get());
      return OptionalDouble.of(found.size() / (double) solutions.get().size());
    }

    /**
     * This problem's numbers by the names of {@link Report}; {@code coverage@k} only where the
     * solutions can be enumerated.
     */
    public Map<String, Double> metrics() {
      int samples = verdicts.size();
      Map<String, Double> metrics = new LinkedHashMap<>();
      for (int k : sizes(samples)) {
        metrics.put("avg@" + k, right(k) / (double) k);
      }
      for (int k : sizes(samples)) {
        metrics.put("pass@" + k, PassAtK.estimate(samples, right(samples), k));
      }
      for (int k : sizes(samples)) {
        metrics.put("distinct@" + k, (double) distinctRight(k).size());
      }
      for (int k : sizes(samples)) {
        coverage(k).ifPresent(share -> metrics.put("coverage@" + k, share));
      }
      metrics.put("length", responses.stream().mapToInt(Response::length).average().orElseThrow());
      metrics.put(
          "truncated",
          responses.stream().mapToInt(each -> each.truncated() ? 1 : 0).average().orElseThrow());
      return metrics;
    }
  }

  /**
   * What came out.
   *
   * @param metrics numbers by name: {@code avg@k} is the mean over problems of the share of right
   *     ones among the first k samples, {@code pass@k} the unbiased estimate from all samples,
   *     {@code distinct@k} the mean number of different right answers among the first k, {@code
   *     coverage@k} the mean share of all solutions that these are (problems whose solutions can be
   *     enumerated)
   * @param outcomes by problem
   */
  public record Report(Map<String, Double> metrics, List<Outcome> outcomes) {
    /** A number by name. */
    public double metric(String name) {
      Double value = metrics.get(name);
      if (value == null) {
        throw new IllegalArgumentException("no metric " + name + " in " + metrics.keySet());
      }
      return value;
    }
  }

  /**
   * Evaluates.
   *
   * @param seed same seed, same samples
   * @param progress told how many problems are done
   * @throws UserError when there are no problems
   */
  public Report run(List<AskedProblem> problems, Rollout rollout, long seed, IntConsumer progress) {
    if (problems.isEmpty()) {
      throw new UserError("the data set is empty; there is nothing to evaluate");
    }
    List<Outcome> outcomes = new ArrayList<>(problems.size());
    for (int from = 0; from < problems.size(); from += AT_ONCE) {
      List<AskedProblem> part = problems.subList(from, Math.min(problems.size(), from + AT_ONCE));
      List<Group> groups = rollout.sample(part.stream().map(AskedProblem::prompt).toList(), seed);
      for (int g = 0; g < part.size(); g++) {
        outcomes.add(outcome(part.get(g), groups.get(g).responses()));
      }
      progress.accept(outcomes.size());
    }
    return new Report(metrics(outcomes), outcomes);
  }

  private Outcome outcome(AskedProblem asked, List<Response> responses) {
    List<Verdict> verdicts =
        verifier.judgeAll(
            responses.stream()
                .map(response ->
                    new Submission(asked.problem(), response.text(), !response.truncated()))
                .toList());
    return new Outcome(asked, responses, verdicts, solutions(asked));
  }

  private Optional<Set<String>> solutions(AskedProblem asked) {
    return asked.problem().reference() instanceof Countdown countdown
        ? Optional.of(solver.keys(countdown))
        : Optional.empty();
  }

  static Map<String, Double> metrics(List<Outcome> outcomes) {
    Map<String, List<Double>> byName = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      outcome
          .metrics()
          .forEach(
              (name, value) -> byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    byName.forEach((name, values) ->
        metrics.put(
            name, values.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    metrics.put("problems", (double) outcomes.size());
    return metrics;
  }

  /** The k of the metrics: 1, 2, 4, … below the number of samples, and that number. */
  public static List<Integer> sizes(int samples) {
    List<Integer> sizes = new ArrayList<>();
    for (int k = 1; k < samples; k *= 2) {
      sizes.add(k);
    }
    sizes.add(samples);
    return sizes;
  }
}
