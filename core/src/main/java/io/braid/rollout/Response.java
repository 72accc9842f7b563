package io.braid.rollout;

import java.util.Arrays;
import java.util.function.Function;

/**
 * A sampled response.
 *
 * @param ids token ids, including the stop token
 * @param logProbs natural log-probability of each token under the distribution that it was sampled
 *     from (after temperature, filters and forbidden stop tokens); at temperature 0, under the
 *     model's own distribution
 * @param entropies entropy of that distribution at each token, in nats; NaN if it was not computed
 * @param finish the reason why the response ended
 * @param text the text, without special tokens and without anything after a stop string
 */
public record Response(
    long[] ids, float[] logProbs, float[] entropies, Finish finish, String text) {

  /** Why a response ended. */
  public enum Finish {
    /** A stop token was sampled. */
    STOP_TOKEN,
    /** The text contained a stop string. */
    STOP_STRING,
    /** The response reached the maximum length. */
    LENGTH,
    /**
     * The response reached the maximum length, and its last token was then replaced by the end
     * token. The log-probability still belongs to the replaced token.
     */
    END_WRITTEN;

    /**
     * Returns whether the response reached the maximum length, with or without a written end token.
     */
    public boolean atLimit() {
      return this == LENGTH || this == END_WRITTEN;
    }
  }

  /** Returns the number of tokens. */
  public int length() {
    return ids.length;
  }

  /** Returns whether the response was cut off at the limit and has no end token. */
  public boolean truncated() {
    return finish == Finish.LENGTH;
  }

  /**
   * Returns whether the response reached the maximum length, with or without a written end token.
   */
  public boolean reachedLimit() {
    return finish.atLimit();
  }

  /** Returns the number of sampled tokens: all except a written end token. */
  public int sampledLength() {
    return finish == Finish.END_WRITTEN ? ids.length - 1 : ids.length;
  }

  /**
   * Returns the response with its last token replaced by an end token, if it reached the limit.
   *
   * @param decode converts tokens to text without special tokens
   */
  public Response endWritten(long end, Function<long[], String> decode) {
    if (finish != Finish.LENGTH) {
      return this;
    }
    long[] written = ids.clone();
    written[ids.length - 1] = end;
    String left = decode.apply(Arrays.copyOf(ids, ids.length - 1));
    return new Response(written, logProbs, entropies, Finish.END_WRITTEN, left);
  }
}
