package io.braid.objective.advantage;

import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;

/** Creates random rewards for tests. */
final class Rewards {
  private Rewards() {}

  /**
   * Creates groups of two to six responses, some with equal outcomes, some without token rewards.
   */
  static List<GroupRewards> random(Random random, boolean dense) {
    List<GroupRewards> groups = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int g = 0; g < count; g++) {
      boolean equal = random.nextInt(5) == 0;
      int members = 2 + random.nextInt(5);
      List<ResponseRewards> responses = new ArrayList<>();
      for (int r = 0; r < members; r++) {
        int n = 1 + random.nextInt(7);
        double[] none = new double[n];
        responses.add(
            new ResponseRewards(
                equal ? 0.5 : random.nextInt(5) / 4.0,
                dense && random.nextInt(4) > 0 ? random.doubles(n, -0.3, 0.3).toArray() : none,
                Optional.of(single(random.doubles(n, -1, 1))),
                Optional.of(single(random.doubles(n, 0, 2)))));
      }
      groups.add(new GroupRewards(responses));
    }
    return groups;
  }

  /** Rounds numbers to single precision, the type of values and entropies. */
  private static double[] single(DoubleStream numbers) {
    return numbers.map(number -> (float) number).toArray();
  }

  /** Returns the same rewards with another outcome. */
  static ResponseRewards withOutcome(ResponseRewards response, double outcome) {
    return new ResponseRewards(outcome, response.dense(), response.values(), response.entropies());
  }

  /** Concatenates the numbers of all tokens. */
  static double[] flat(List<List<double[]>> numbers) {
    return numbers.stream().flatMap(List::stream).flatMapToDouble(Arrays::stream).toArray();
  }
}
