package io.braid.objective;

import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.rollout.Prompt;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Computes advantages of single responses, by way of the table that estimators read. */
public final class Estimates {
  private Estimates() {}

  /**
   * An estimator's output by group, response and token.
   *
   * @param values advantages
   * @param returns the critic's targets
   */
  public record Nested(List<List<double[]>> values, Optional<List<List<double[]>>> returns) {
    /** Returns the advantages of one response. */
    public double[] of(int group, int response) {
      return values.get(group).get(response);
    }
  }

  /** Applies an estimator to groups. */
  public static Nested of(AdvantageEstimator estimator, List<GroupRewards> groups) {
    Estimate estimate = estimator.estimate(table(groups));
    return new Nested(
        nested(estimate.advantages(), groups),
        estimate.returns().map(returns -> nested(returns, groups)));
  }

  /** Returns the groups as a table. */
  public static Trajectories table(List<GroupRewards> groups) {
    List<Prompt> prompts = new ArrayList<>();
    List<Sequence> sequences = new ArrayList<>();
    List<Integer> groupOf = new ArrayList<>();
    List<ResponseRewards> all = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      prompts.add(new Prompt("p" + g, new long[] {g}));
      for (ResponseRewards each : groups.get(g).responses()) {
        sequences.add(new Sequence(new long[] {g}, new long[each.length()]));
        groupOf.add(g);
        all.add(each);
      }
    }
    Trajectories t =
        Trajectories.of(prompts, sequences, groupOf.stream().mapToInt(Integer::intValue).toArray())
            .with(Column.REWARD, all.stream().mapToDouble(ResponseRewards::outcome).toArray())
            .with(
                Column.TOKEN_REWARDS,
                all.stream().map(ResponseRewards::dense).flatMapToDouble(Arrays::stream).toArray());
    t = with(t, Column.VALUES, all, ResponseRewards::values);
    return with(t, Column.ENTROPIES, all, ResponseRewards::entropies);
  }

  private static Trajectories with(
      Trajectories t,
      Column<float[]> column,
      List<ResponseRewards> all,
      Function<ResponseRewards, Optional<double[]>> numbers) {
    if (!all.stream().allMatch(each -> numbers.apply(each).isPresent())) {
      return t;
    }
    double[] flat =
        all.stream()
            .flatMapToDouble(each -> Arrays.stream(numbers.apply(each).orElseThrow()))
            .toArray();
    float[] floats = new float[flat.length];
    for (int i = 0; i < flat.length; i++) {
      floats[i] = (float) flat[i];
    }
    return t.with(column, floats);
  }

  private static List<List<double[]>> nested(double[] flat, List<GroupRewards> groups) {
    List<List<double[]>> nested = new ArrayList<>();
    int at = 0;
    for (GroupRewards group : groups) {
      List<double[]> responses = new ArrayList<>();
      for (ResponseRewards each : group.responses()) {
        responses.add(Arrays.copyOfRange(flat, at, at + each.length()));
        at += each.length();
      }
      nested.add(responses);
    }
    return nested;
  }
}
