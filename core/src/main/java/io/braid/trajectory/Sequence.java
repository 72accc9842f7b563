package io.braid.trajectory;

import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt and the tokens after it, with a mask that says which of these are trained on.
 *
 * @param prompt token ids, at least one
 * @param response token ids after the prompt, at least one; in a conversation with turns or tools
 *     these are all tokens, not only the sampled ones
 * @param lossMask for each token of the response whether it is trained on; at least one is
 * @param segments where the response's tokens came from: they cover it in order, without gaps
 */
public record Sequence(long[] prompt, long[] response, boolean[] lossMask, List<Segment> segments) {

  /** Checks that mask and segments fit the response. */
  public Sequence {
    segments = List.copyOf(segments);
    if (lossMask.length != response.length) {
      throw new IllegalArgumentException(
          "a loss mask of %s for %s tokens".formatted(lossMask.length, response.length));
    }
    int end = 0;
    for (Segment segment : segments) {
      if (segment.start() != end) {
        throw new IllegalArgumentException("segments leave a gap at token " + end);
      }
      end = segment.end();
    }
    if (end != response.length) {
      throw new IllegalArgumentException(
          "segments of %s tokens for a response of %s".formatted(end, response.length));
    }
  }

  /** A response that the policy sampled whole, every token trained on. */
  public Sequence(long[] prompt, long[] response) {
    this(
        prompt,
        response,
        all(response.length),
        List.of(new Segment(Segment.Kind.SAMPLED, 0, response.length)));
  }

  /** The same sequence with another loss mask. */
  public Sequence masked(boolean[] mask) {
    return new Sequence(prompt, response, mask, segments);
  }

  private static boolean[] all(int length) {
    boolean[] mask = new boolean[length];
    Arrays.fill(mask, true);
    return mask;
  }

  /** Tokens of prompt and response. */
  public int length() {
    return prompt.length + response.length;
  }

  /** How many tokens of the response are trained on. */
  public int trained() {
    int count = 0;
    for (boolean each : lossMask) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /** Equal for sequences whose prompts are equal. */
  public LongBuffer promptKey() {
    return LongBuffer.wrap(prompt);
  }
}
