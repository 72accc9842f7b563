package io.braid.rollout;

import java.util.Arrays;
import java.util.function.Function;

/**
 * A sampled response.
 *
 * @param ids its tokens, the stop token among them
 * @param logProbs natural log-probability of each token under the distribution that it was sampled
 *     from (after temperature, filters and forbidden stop tokens); at temperature 0, under the
 *     model's own distribution
 * @param finish why it ended
 * @param text its text, without special tokens and without what followed a stop string
 */
public record Response(long[] ids, float[] logProbs, Finish finish, String text) {

  /** Why a response ended. */
  public enum Finish {
    /** It sampled a stop token. */
    STOP_TOKEN,
    /** Its text contained a stop string. */
    STOP_STRING,
    /** It reached the most tokens allowed. */
    LENGTH,
    /**
     * It reached the most tokens allowed, and the end token was then written over its last one. The
     * log-probability there is still that of the sampled token.
     */
    END_WRITTEN;

    /** Whether the response reached the most tokens allowed, whatever was written there. */
    public boolean atLimit() {
      return this == LENGTH || this == END_WRITTEN;
    }
  }

  /** How many tokens it has. */
  public int length() {
    return ids.length;
  }

  /** Whether it was cut off at the limit and has no end token. */
  public boolean truncated() {
    return finish == Finish.LENGTH;
  }

  /** Whether it reached the most tokens allowed, whatever was written there. */
  public boolean reachedLimit() {
    return finish.atLimit();
  }

  /** How many of its tokens were sampled: all but an end token that was written. */
  public int drawn() {
    return finish == Finish.END_WRITTEN ? ids.length - 1 : ids.length;
  }

  /**
   * The response with an end token in place of its last one, if it reached the limit.
   *
   * @param decode tokens to text, special tokens left out
   */
  public Response endWritten(long end, Function<long[], String> decode) {
    if (finish != Finish.LENGTH) {
      return this;
    }
    long[] written = ids.clone();
    written[ids.length - 1] = end;
    String left = decode.apply(Arrays.copyOf(ids, ids.length - 1));
    return new Response(written, logProbs, Finish.END_WRITTEN, left);
  }
}
