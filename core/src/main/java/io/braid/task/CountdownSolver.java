package io.braid.task;

import io.braid.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Enumerates the solutions of Countdown problems and caches them, so that each problem is searched
 * only once. Thread-safe.
 */
public final class CountdownSolver {
  private final Map<Countdown, List<Expression>> known = new ConcurrentHashMap<>();

  /** Creates a solver with an empty cache. */
  public CountdownSolver() {}

  /**
   * Returns one expression for each solution of the problem; the problem's counting determines
   * which solutions differ.
   */
  public List<Expression> solutions(Countdown problem) {
    return known.computeIfAbsent(
        problem,
        _ ->
            List.copyOf(
                Enumeration.byValue(
                        problem.numbers(), problem.counting(), problem.target(), problem.target())
                    .getOrDefault(problem.target(), List.of())));
  }

  /** Returns the keys of the problem's solutions, which coverage is computed from. */
  public Set<String> keys(Countdown problem) {
    return solutions(problem).stream()
        .map(problem.counting().sameness()::key)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Samples a solution uniformly at random and returns it in a random equivalent surface form.
   *
   * @param problem a problem with at least one solution
   * @param seed the same seed and problem give the same expression
   */
  public Expression randomSolution(Countdown problem, long seed) {
    List<Expression> solutions = new ArrayList<>(solutions(problem));
    if (solutions.isEmpty()) {
      throw new IllegalArgumentException(problem.key() + " has no solution");
    }
    Random random = Seeds.keyed(seed, problem.key());
    Expression chosen = solutions.get(random.nextInt(solutions.size()));
    return SurfaceForm.of(chosen, problem.counting(), random);
  }
}
