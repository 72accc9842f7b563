package io.braid.model;

/**
 * The location of a sequence's tokens in a packed batch: a prefix, which other sequences may share,
 * and the rest.
 *
 * @param prefixAt index of the prefix's first token
 * @param prefix number of tokens of the prefix
 * @param restAt index of the rest's first token
 * @param rest number of tokens of the rest
 */
public record PackedSequence(int prefixAt, int prefix, int restAt, int rest) {
  /** Returns the number of tokens of both. */
  public int length() {
    return prefix + rest;
  }

  /**
   * Returns the index of a token in the batch.
   *
   * @param position position in the sequence, from 0
   */
  public int token(int position) {
    return position < prefix ? prefixAt + position : restAt + position - prefix;
  }
}
