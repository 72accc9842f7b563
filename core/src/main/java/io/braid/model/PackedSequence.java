package io.braid.model;

/**
 * Where a sequence's tokens are in a packed batch: a prefix, which others may share, and the rest.
 *
 * @param prefixAt where the prefix begins
 * @param prefix its tokens
 * @param restAt where the rest begins
 * @param rest its tokens
 */
public record PackedSequence(int prefixAt, int prefix, int restAt, int rest) {
  /** Tokens of both. */
  public int length() {
    return prefix + rest;
  }

  /**
   * The index of a token in the batch.
   *
   * @param position in the sequence, from 0
   */
  public int token(int position) {
    return position < prefix ? prefixAt + position : restAt + position - prefix;
  }
}
