package io.braid.objective.advantage;

import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The reward itself, compared with nothing. With trajectory balance the target distribution is then
 * a fixed one, π_ref · exp(β r) / Z, that does not move with the policy.
 *
 * <p>Â = r
 */
public record RawOutcome() implements AdvantageEstimator {
  @Override
  public Advantages estimate(List<GroupRewards> groups) {
    List<List<double[]>> all = new ArrayList<>(groups.size());
    for (GroupRewards group : groups) {
      List<double[]> responses = new ArrayList<>(group.outcomes().length);
      for (int r = 0; r < group.outcomes().length; r++) {
        double[] tokens = new double[group.lengths()[r]];
        Arrays.fill(tokens, group.outcomes()[r]);
        responses.add(tokens);
      }
      all.add(responses);
    }
    return new Advantages(all);
  }

  @Override
  public int smallestGroup() {
    return 1;
  }
}
