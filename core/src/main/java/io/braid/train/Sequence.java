package io.braid.train;

import java.nio.LongBuffer;

/**
 * A prompt and a response to learn from.
 *
 * @param prompt token ids, at least one
 * @param response token ids, at least one
 */
public record Sequence(long[] prompt, long[] response) {
  /** Tokens of both. */
  public int length() {
    return prompt.length + response.length;
  }

  /** Equal for sequences whose prompts are equal. */
  LongBuffer promptKey() {
    return LongBuffer.wrap(prompt);
  }
}
