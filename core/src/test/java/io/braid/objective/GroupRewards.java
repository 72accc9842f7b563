package io.braid.objective;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The rewards of the responses to one prompt.
 *
 * @param responses rewards of each response
 */
public record GroupRewards(List<ResponseRewards> responses) {
  /** Copies the list. */
  public GroupRewards {
    responses = List.copyOf(responses);
  }

  /** Creates rewards of whole responses, without token rewards. */
  public static GroupRewards of(double[] outcomes, int[] lengths) {
    return new GroupRewards(
        IntStream.range(0, outcomes.length)
            .mapToObj(r -> ResponseRewards.of(outcomes[r], lengths[r]))
            .toList());
  }

  /** Returns the reward of each response as a whole. */
  public double[] outcomes() {
    return responses.stream().mapToDouble(ResponseRewards::outcome).toArray();
  }
}
