package io.braid.model;

import io.braid.vision.PromptTokens;
import io.braid.vision.TokenPositions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A prefix that several sequences share, and their continuations. When packed, the prefix's tokens
 * come first, followed by the tokens of each continuation.
 *
 * @param length number of tokens of the prefix, at least one
 * @param continuations number of tokens of each continuation; empty if the prefix is a whole
 *     sequence
 * @param positions positions of the prefix's tokens, if there are images among them
 */
public record SharedPrefix(int length, int[] continuations, Optional<TokenPositions> positions) {
  /** Creates a prefix without images. */
  public SharedPrefix(int length, int[] continuations) {
    this(length, continuations, Optional.empty());
  }

  /** Returns a sequence that shares no prefix. */
  static SharedPrefix alone(int length) {
    return new SharedPrefix(length, new int[0]);
  }

  /** Returns a prompt that shares no prefix. */
  static SharedPrefix alone(PromptTokens prompt) {
    return of(prompt, new int[0]);
  }

  /** Returns a prompt and its continuations. */
  public static SharedPrefix of(PromptTokens prompt, int[] continuations) {
    return new SharedPrefix(
        prompt.length(),
        continuations,
        prompt.images().isEmpty() ? Optional.empty() : Optional.of(prompt.positions()));
  }

  /** Returns the number of tokens, counting shared tokens once. */
  int tokens() {
    return length + Arrays.stream(continuations).sum();
  }

  /** Returns the locations of the sequences when prefixes are packed in this order. */
  static List<PackedSequence> sequences(List<SharedPrefix> prefixes) {
    List<PackedSequence> sequences = new ArrayList<>();
    int next = 0;
    for (SharedPrefix prefix : prefixes) {
      int first = next;
      next += prefix.length;
      if (prefix.continuations.length == 0) {
        sequences.add(new PackedSequence(first, prefix.length, next, 0));
      }
      for (int more : prefix.continuations) {
        sequences.add(new PackedSequence(first, prefix.length, next, more));
        next += more;
      }
    }
    return sequences;
  }
}
