package io.braid.task.inspect;

import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.Problem;
import io.braid.task.Reference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many problems are solved without looking at them, or at their pictures.
 *
 * @param answer the answer that is right most often
 * @param constant the fraction of problems for which it is right
 * @param byQuestion the fraction for which the answer is right that is right most often for the
 *     same question. For either half of the problems, it is chosen on the other half, and it is the
 *     other half's best constant answer for a question that does not occur there
 */
public record Guesses(String answer, double constant, double byQuestion) {
  /**
   * Returns the rates for problems whose answers are text; empty if one has another kind of
   * reference, or if there are fewer than two.
   */
  public static Optional<Guesses> of(List<Problem> problems) {
    if (problems.size() < 2
        || problems.stream().anyMatch(each -> answers(each.reference()).isEmpty())) {
      return Optional.empty();
    }
    Map<String, Integer> counts = counts(problems, _ -> "").getOrDefault("", Map.of());
    String best = best(counts);
    List<Problem> even = half(problems, 0);
    List<Problem> odd = half(problems, 1);
    return Optional.of(
        new Guesses(
            best,
            counts.getOrDefault(best, 0) / (double) problems.size(),
            (right(even, odd) + right(odd, even)) / (double) problems.size()));
  }

  private static List<Problem> half(List<Problem> problems, int first) {
    return IntStream.range(0, problems.size())
        .filter(i -> i % 2 == first)
        .mapToObj(problems::get)
        .toList();
  }

  /** Counts the problems that are solved by the best answers for their questions elsewhere. */
  private static long right(List<Problem> problems, List<Problem> elsewhere) {
    String best = best(counts(elsewhere, _ -> "").getOrDefault("", Map.of()));
    Map<String, Map<String, Integer>> known = counts(elsewhere, Problem::question);
    return problems.stream()
        .filter(problem -> {
          Map<String, Integer> counts = known.get(problem.question());
          String guess = counts == null ? best : best(counts);
          return answers(problem.reference()).contains(guess);
        })
        .count();
  }

  private static Map<String, Map<String, Integer>> counts(
      List<Problem> problems, Function<Problem, String> group) {
    Map<String, Map<String, Integer>> counts = new HashMap<>();
    for (Problem problem : problems) {
      Map<String, Integer> own = counts.computeIfAbsent(group.apply(problem), _ -> new HashMap<>());
      answers(problem.reference()).forEach(answer -> own.merge(answer, 1, Integer::sum));
    }
    return counts;
  }

  /** Returns the most frequent answer; of several, the first by its letters. */
  private static String best(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .min(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse("");
  }

  private static List<String> answers(Reference reference) {
    return switch (reference) {
      case Reference.Text text ->
          Stream.concat(Stream.of(text.answer()), text.alternatives().stream()).toList();
      case Reference.OneOf oneOf -> oneOf.answers();
      case DigitSequence sequence -> List.of(sequence.answer());
      case Countdown _, CodeTests _ -> List.of();
    };
  }
}
