package io.braid.trajectory;

import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt and the tokens after it, with a loss mask that selects the trained ones.
 *
 * @param prompt token ids, at least one
 * @param response token ids after the prompt, at least one; in a conversation with turns or tools
 *     these are all tokens, not only the sampled ones
 * @param lossMask whether each token of the response is trained on; at least one must be
 * @param segments origin of the response's tokens; the segments cover the response in order,
 *     without gaps
 * @param images the prompt's images, in order
 */
public record Sequence(
    long[] prompt,
    long[] response,
    boolean[] lossMask,
    List<Segment> segments,
    List<PlacedImage> images) {

  /** Checks that the mask and the segments match the response. */
  public Sequence {
    images = List.copyOf(images);
    segments = List.copyOf(segments);
    if (lossMask.length != response.length) {
      throw new IllegalArgumentException(
          "a loss mask of length %s for %s tokens".formatted(lossMask.length, response.length));
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

  /** Creates a sequence whose response was sampled by the policy and is trained on completely. */
  public Sequence(PromptTokens prompt, long[] response) {
    this(
        prompt.ids(),
        response,
        all(response.length),
        List.of(new Segment(Segment.Kind.SAMPLED, 0, response.length)),
        prompt.images());
  }

  /** Creates a sequence as {@link #Sequence(PromptTokens, long[])} does, without images. */
  public Sequence(long[] prompt, long[] response) {
    this(PromptTokens.text(prompt), response);
  }

  /** Creates a sequence without images. */
  public Sequence(long[] prompt, long[] response, boolean[] lossMask, List<Segment> segments) {
    this(prompt, response, lossMask, segments, List.of());
  }

  /** Returns the same sequence with a different loss mask. */
  public Sequence masked(boolean[] mask) {
    return new Sequence(prompt, response, mask, segments, images);
  }

  private static boolean[] all(int length) {
    boolean[] mask = new boolean[length];
    Arrays.fill(mask, true);
    return mask;
  }

  /** Returns the number of tokens of prompt and response. */
  public int length() {
    return prompt.length + response.length;
  }

  /** Returns the number of trained tokens of the response. */
  public int trained() {
    int count = 0;
    for (boolean each : lossMask) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /** Returns the prompt's tokens and images; equal prompts are equal. */
  public PromptTokens promptTokens() {
    return new PromptTokens(prompt, images);
  }
}
