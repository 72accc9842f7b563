package io.braid.eval;

import io.braid.UserError;
import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.CountdownSolver;
import io.braid.task.DigitSequence;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.VerdictMetrics;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Evaluates a policy: samples responses to held-out problems, judges them, computes metrics. */
public final class Evaluation {
  private final Verifier verifier;
  private final CountdownSolver solver;

  /**
   * Creates an evaluation with a verifier and with a solver that enumerates Countdown solutions.
   */
  public Evaluation(Verifier verifier, CountdownSolver solver) {
    this.verifier = verifier;
    this.solver = solver;
  }

  /**
   * The result of an evaluation.
   *
   * @param metrics values by name of {@link EvaluationMetrics} and of the metrics that training has
   *     too
   * @param outcomes one outcome per problem
   */
  public record Report(Map<String, Double> metrics, List<Outcome> outcomes) {
    /** Returns a metric by name. */
    public double metric(String name) {
      Double value = metrics.get(name);
      if (value == null) {
        throw new IllegalArgumentException("no metric " + name + " in " + metrics.keySet());
      }
      return value;
    }
  }

  /** Receives outcomes while an evaluation runs, from one thread at a time. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called when a problem's responses have been judged.
     *
     * @param index index of the problem, from 0
     * @param outcome the problem's outcome
     * @param done number of finished problems, including those known before
     * @return the outcome to keep, for example {@link Outcome#withoutTexts} if the text is stored
     *     elsewhere
     */
    Outcome judged(int index, Outcome outcome, int done);
  }

  /**
   * Evaluates all problems.
   *
   * @param seed sampling seed; the same seed gives the same samples
   * @param progress receives the number of finished problems
   * @throws UserError if there are no problems
   */
  public Report run(List<Problem> problems, Responder responder, long seed, IntConsumer progress) {
    return run(
        problems,
        Map.of(),
        responder,
        seed,
        (_, outcome, done) -> {
          progress.accept(done);
          return outcome;
        });
  }

  /**
   * Evaluates the problems without a known outcome.
   *
   * @param known earlier outcomes by problem index; these problems are not asked again
   * @throws UserError if there are no problems
   */
  public Report run(
      List<Problem> problems,
      Map<Integer, Outcome> known,
      Responder responder,
      long seed,
      Listener listener) {
    if (problems.isEmpty()) {
      throw new UserError("the data set is empty; there is nothing to evaluate");
    }
    Map<Integer, Outcome> outcomes = Collections.synchronizedMap(new TreeMap<>(known));
    List<Integer> missing =
        IntStream.range(0, problems.size()).filter(p -> !known.containsKey(p)).boxed().toList();
    List<Problem> asked = missing.stream().map(problems::get).toList();
    if (!asked.isEmpty()) {
      responder.respond(
          asked,
          seed,
          answered -> {
            List<Outcome> judged = judge(asked, answered);
            synchronized (outcomes) {
              for (int a = 0; a < answered.size(); a++) {
                int index = missing.get(answered.get(a).index());
                Outcome kept = listener.judged(index, judged.get(a), outcomes.size() + 1);
                outcomes.put(index, kept);
              }
            }
          });
    }
    if (outcomes.size() != problems.size()) {
      throw new IllegalStateException(outcomes.size() + " of " + problems.size() + " answered");
    }
    List<Outcome> inOrder = List.copyOf(outcomes.values());
    return new Report(metrics(inOrder), inOrder);
  }

  /** Judges the responses of several problems in parallel, since some take long to judge. */
  private List<Outcome> judge(List<Problem> asked, List<Responder.Answered> answered) {
    List<Submission> submissions = new ArrayList<>();
    for (Responder.Answered each : answered) {
      Problem problem = asked.get(each.index());
      each.replies()
          .forEach(
              reply -> submissions.add(new Submission(problem, reply.text(), reply.finished())));
    }
    List<Verdict> verdicts = verifier.judgeAll(submissions);
    List<Outcome> outcomes = new ArrayList<>(answered.size());
    int from = 0;
    for (Responder.Answered each : answered) {
      int to = from + each.replies().size();
      outcomes.add(outcome(asked.get(each.index()), each.replies(), verdicts.subList(from, to)));
      from = to;
    }
    return outcomes;
  }

  /** Creates a problem's outcome, with its solutions if they can be enumerated. */
  public Outcome outcome(Problem problem, List<Reply> replies, List<Verdict> verdicts) {
    return new Outcome(problem, replies, verdicts, solutions(problem.reference()));
  }

  private Optional<Set<String>> solutions(Reference reference) {
    return switch (reference) {
      case Countdown countdown -> Optional.of(solver.keys(countdown));
      case Reference.OneOf oneOf -> Optional.of(Set.copyOf(oneOf.answers()));
      case Reference.Text _, CodeTests _, DigitSequence _ -> Optional.empty();
    };
  }

  static Map<String, Double> metrics(List<Outcome> outcomes) {
    Map<String, List<Double>> byName = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      outcome
          .metrics()
          .byName()
          .forEach(
              (name, value) -> byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    byName.forEach((name, values) ->
        metrics.put(
            name, values.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    metrics.computeIfPresent(
        VerdictMetrics.UNKNOWN_FRAC.name(),
        (_, _) -> outcomes.stream().mapToDouble(Outcome::unknown).average().orElseThrow());
    metrics.put(EvaluationMetrics.PROBLEMS.name(), (double) outcomes.size());
    return metrics;
  }

  /**
   * Returns the values of k for which metrics are computed: the powers of 2 below the number of
   * samples, and the number of samples itself.
   */
  public static List<Integer> sizes(int samples) {
    List<Integer> sizes = new ArrayList<>();
    for (int k = 1; k < samples; k *= 2) {
      sizes.add(k);
    }
    sizes.add(samples);
    return sizes;
  }
}
