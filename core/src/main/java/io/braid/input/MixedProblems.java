package io.braid.input;

import io.braid.sampling.AskedProblem;
import io.braid.sampling.Mixture;
import io.braid.sampling.Order;
import io.braid.sampling.Shuffle;
import io.braid.task.Problem;
import io.braid.task.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The problems of all sources of a run, one source after the other.
 *
 * @param problems the problems; with several sources their ids begin with the source's number,
 *     because two sources may contain the same problem
 * @param parts the size and weight of each source
 */
public record MixedProblems(List<Problem> problems, List<Mixture.Part> parts) {
  /** Reads or generates the problems. */
  public static MixedProblems read(List<SourceRecipe> sources, AskingRecipe asking) {
    return read(sources, asking, (problems, _) -> problems);
  }

  /**
   * Reads or generates the problems.
   *
   * @param taken selects the problems of a source to keep
   */
  public static MixedProblems read(
      List<SourceRecipe> sources,
      AskingRecipe asking,
      BiFunction<List<Problem>, DataSource, List<Problem>> taken) {
    List<Problem> all = new ArrayList<>();
    List<Mixture.Part> parts = new ArrayList<>();
    for (SourceRecipe source : sources) {
      OptionalInt most = source.problems().stream().mapToInt(Integer::intValue).findFirst();
      DataSource from = source.source().source(asking);
      List<Problem> some = taken.apply(from.problems(Split.TRAIN, most), from);
      parts.add(new Mixture.Part(some.size(), source.weight()));
      String prefix = sources.size() == 1 ? "" : parts.size() + "/";
      some.forEach(each -> all.add(each.called(prefix + each.id())));
    }
    return new MixedProblems(List.copyOf(all), List.copyOf(parts));
  }

  /** Returns the problems without those that were dropped because of their prompts. */
  public MixedProblems keeping(List<AskedProblem> asked) {
    List<Problem> kept = asked.stream().map(AskedProblem::problem).toList();
    Set<String> ids = kept.stream().map(Problem::id).collect(Collectors.toSet());
    List<Mixture.Part> smaller = new ArrayList<>();
    int first = 0;
    for (Mixture.Part part : parts) {
      List<Problem> whole = problems.subList(first, first + part.size());
      int left = (int) whole.stream().filter(problem -> ids.contains(problem.id())).count();
      smaller.add(new Mixture.Part(left, part.weight()));
      first += part.size();
    }
    return new MixedProblems(kept, smaller);
  }

  /** Returns the order in which the problems are asked. */
  public Order order(long seed) {
    return parts.size() == 1 ? new Shuffle(problems.size(), seed) : new Mixture(parts, seed);
  }
}
