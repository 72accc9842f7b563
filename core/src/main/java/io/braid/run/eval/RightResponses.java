package io.braid.run.eval;

import io.braid.Check;
import io.braid.Seeds;
import io.braid.SettingError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which right responses to a problem are taken as examples to learn from (rejection sampling, as in
 * RFT, Yuan et al. 2023, arXiv 2308.01825). A response that reached the length limit is never
 * taken, since a model would learn to end there.
 *
 * @param perProblem maximum number of responses to a problem; all if empty
 * @param distinct whether texts that differ only in white space count once
 * @param shortest whether the shortest responses are taken instead of random ones
 * @param seed seed of the random choice, which for a problem does not depend on other problems
 */
public record RightResponses(
    Optional<Integer> perProblem, boolean distinct, boolean shortest, long seed) {
  /** Checks the settings. */
  public RightResponses {
    Check.atLeast("per_problem", perProblem, 1);
    if (shortest && perProblem.isEmpty()) {
      throw new SettingError("shortest", "needs --per-problem N, the number of responses to take");
    }
  }

  /**
   * A judged response.
   *
   * @param text the text
   * @param tokens length in tokens
   * @param finished whether the model ended it
   * @param correct whether it is right
   */
  record Candidate(String text, int tokens, boolean finished, boolean correct) {}

  /**
   * Returns the texts to take, in the order of the candidates.
   *
   * @param problem the problem's id
   */
  List<String> of(String problem, List<Candidate> candidates) {
    List<Candidate> right = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Candidate each : candidates) {
      if (each.correct()
          && each.finished()
          && !each.text().isBlank()
          && (!distinct || seen.add(each.text().strip().replaceAll("\\s+", " ")))) {
        right.add(each);
      }
    }
    int most = perProblem.orElse(right.size());
    List<Candidate> best = new ArrayList<>(right);
    if (shortest) {
      best.sort(Comparator.comparingInt(Candidate::tokens)); // stable
    } else {
      Collections.shuffle(best, Seeds.keyed(seed, problem));
    }
    List<Candidate> taken = best.subList(0, Math.min(most, best.size()));
    return right.stream()
        .filter(each -> taken.stream().anyMatch(other -> other == each))
        .map(Candidate::text)
        .toList();
  }
}
