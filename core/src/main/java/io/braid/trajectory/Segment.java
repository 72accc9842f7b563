package io.braid.trajectory;

/**
 * Consecutive tokens of a response with the same origin.
 *
 * @param kind origin of the tokens
 * @param start index of the first token in the response, from 0
 * @param end index after the last token
 */
public record Segment(Kind kind, int start, int end) {

  /** Origin of tokens. */
  public enum Kind {
    /** The policy sampled them: each has a log-probability under the rollout policy. */
    SAMPLED,
    /**
     * They were written in place of sampled tokens, such as an end token over the last token of a
     * response at the limit. Their rollout log-probabilities belong to the replaced tokens.
     */
    WRITTEN,
    /** A tool or an environment returned them. */
    TOOL,
    /** A user's turn in the middle of a conversation. */
    USER,
    /** Placeholders of an image. */
    IMAGE
  }

  /** Checks the bounds. */
  public Segment {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("no tokens from %s to %s".formatted(start, end));
    }
  }
}
