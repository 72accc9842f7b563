package io.braid.objective;

/**
 * What the responses to one prompt were worth.
 *
 * @param outcomes each response's reward
 * @param lengths each response's length in tokens
 */
public record GroupRewards(double[] outcomes, int[] lengths) {
  /** Checks that both speak of the same responses. */
  public GroupRewards {
    if (outcomes.length != lengths.length) {
      throw new IllegalArgumentException(
          outcomes.length + " rewards for " + lengths.length + " responses");
    }
  }
}
