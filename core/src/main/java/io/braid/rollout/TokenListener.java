package io.braid.rollout;

/** Receives tokens as they are sampled. */
@FunctionalInterface
public interface TokenListener {
  /** Ignores all tokens. */
  TokenListener NONE = (_, _, _) -> {};

  /**
   * Receives a token of a response, on the thread that samples. An exception ends the sampling and
   * is passed on to its caller.
   *
   * @param place index of the prompt in the given list
   * @param sample index of the response among the prompt's responses
   * @param id the token
   */
  void drawn(int place, int sample, long id);
}
