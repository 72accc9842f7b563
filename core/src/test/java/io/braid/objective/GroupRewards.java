package io.braid.objective;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What the responses to one prompt were worth.
 *
 * @param responses one each
 */
public record GroupRewards(List<ResponseRewards> responses) {
  /** Copies the list. */
  public GroupRewards {
    responses = List.copyOf(responses);
  }

  /** Rewards for whole responses alone. */
  public static GroupRewards of(double[] outcomes, int[] lengths) {
    return new GroupRewards(
        IntStream.range(0, outcomes.length)
            .mapToObj(r -> ResponseRewards.of(outcomes[r], lengths[r]))
            .toList());
  }

  /** Each response's reward as a whole. */
  public double[] outcomes() {
    return responses.stream().mapToDouble(ResponseRewards::outcome).toArray();
  }
}
