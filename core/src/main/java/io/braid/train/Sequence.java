package io.braid.train;

/**
 * A prompt and a response to learn from.
 *
 * @param prompt token ids, at least one
 * @param response token ids, at least one
 * @param rolloutLogProbs log π_roll of each response token
 * @param advantages of each response token
 */
public record Sequence(
    long[] prompt, long[] response, float[] rolloutLogProbs, double[] advantages) {

  /** A sequence whose response is simply right. */
  public static Sequence supervised(long[] prompt, long[] response) {
    return new Sequence(prompt, response, new float[response.length], new double[response.length]);
  }

  /** Tokens of both. */
  public int length() {
    return prompt.length + response.length;
  }

  /** Whether any of its tokens should become likelier or less likely. */
  public boolean hasAdvantage() {
    for (double advantage : advantages) {
      if (advantage != 0) {
        return true;
      }
    }
    return false;
  }
}
