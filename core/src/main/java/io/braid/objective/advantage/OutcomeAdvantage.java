package io.braid.objective.advantage;

import io.braid.objective.Advantages;
import io.braid.objective.EqualRewards;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Advantages of whole responses, spread over their tokens. */
final class OutcomeAdvantage {
  private OutcomeAdvantage() {}

  /**
   * Compares the responses of each group; outcomes that differ by rounding alone are equal.
   *
   * <p>Â_t = compare(outcomes)_response + Σ_{i≥t} dense_i
   *
   * @param compare a group's outcomes to one number a response
   */
  static Advantages ofGroups(List<GroupRewards> groups, UnaryOperator<double[]> compare) {
    return ofOutcomes(groups, outcomes -> compare.apply(EqualRewards.merged(outcomes)));
  }

  /** The same with outcomes as they are, even where they differ by rounding alone. */
  static Advantages ofOutcomes(List<GroupRewards> groups, UnaryOperator<double[]> compare) {
    List<List<double[]>> all = new ArrayList<>(groups.size());
    for (GroupRewards group : groups) {
      double[] compared = compare.apply(group.outcomes());
      List<double[]> responses = new ArrayList<>(compared.length);
      for (int r = 0; r < compared.length; r++) {
        responses.add(spread(compared[r], group.responses().get(r)));
      }
      all.add(responses);
    }
    return Advantages.of(all);
  }

  private static double[] spread(double advantage, ResponseRewards response) {
    return Arrays.stream(response.denseToGo(1))
        .map(toGo -> Scaled.finite(advantage + toGo))
        .toArray();
  }
}
