package io.braid.model;

import io.braid.tensor.Tensor;
import io.braid.vision.TokenPositions;
import java.util.List;
import java.util.Optional;

/** The positions of packed tokens. */
final class PackedPositions {
  private PackedPositions() {}

  /**
   * Returns the position of each token: [n], or [3, n] in time, height and width if a prefix has
   * images.
   *
   * @param sequences the sequences of the prefixes, in order
   * @param n number of tokens
   */
  static Tensor of(List<SharedPrefix> prefixes, List<PackedSequence> sequences, int n) {
    boolean images = prefixes.stream().anyMatch(each -> each.positions().isPresent());
    int axes = images ? TokenPositions.AXES : 1;
    long[] at = new long[axes * n];
    int next = 0;
    for (SharedPrefix prefix : prefixes) {
      int count = Math.max(1, prefix.continuations().length);
      for (PackedSequence sequence : sequences.subList(next, next + count)) {
        for (int axis = 0; axis < axes; axis++) {
          write(sequence, prefix.positions(), axis, axis * n, at);
        }
      }
      next += count;
    }
    return images ? Tensor.of(at, axes, n) : Tensor.of(at, n);
  }

  private static void write(
      PackedSequence sequence, Optional<TokenPositions> prefix, int axis, int from, long[] to) {
    for (int t = 0; t < sequence.length(); t++) {
      int token = t;
      to[from + sequence.token(t)] = prefix.map(each -> each.at(axis, token)).orElse(token);
    }
  }
}
