package io.braid.rollout;

/**
 * A sampled response.
 *
 * @param ids its tokens, the stop token among them
 * @param logProbs natural log-probability of each token under the distribution that it was drawn
 *     from (temperature, filters and forbidden stops applied); at temperature 0, under the model's
 *     own
 * @param finish why it ended
 * @param text its text, without special tokens and without what followed a stop string
 */
public record Response(long[] ids, float[] logProbs, Finish finish, String text) {

  /** Why a response ended. */
  public enum Finish {
    /** It drew a stop token. */
    STOP_TOKEN,
    /** Its text came to hold a stop string. */
    STOP_STRING,
    /** It reached the most tokens allowed. */
    LENGTH
  }

  /** How many tokens it has. */
  public int length() {
    return ids.length;
  }

  /** Whether it was cut off. */
  public boolean truncated() {
    return finish == Finish.LENGTH;
  }
}
