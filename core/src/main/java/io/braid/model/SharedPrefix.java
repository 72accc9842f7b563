package io.braid.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prefix that several sequences share, and their continuations. When packed, the prefix's tokens
 * come first, followed by the tokens of each continuation.
 *
 * @param length number of tokens of the prefix, at least one
 * @param continuations number of tokens of each continuation; empty if the prefix is a whole
 *     sequence
 */
public record SharedPrefix(int length, int[] continuations) {
  /** Returns a sequence that shares no prefix. */
  static SharedPrefix alone(int length) {
    return new SharedPrefix(length, new int[0]);
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
