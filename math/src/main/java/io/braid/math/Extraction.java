package io.braid.math;

/** Where in a response its answer may be. */
public enum Extraction {
  /**
   * The answer may be in {@code \boxed{}}, in tags, after words that announce it, or at the end.
   */
  ANYWHERE,
  /** The answer must be in a closed {@code \boxed{}} after the thoughts. */
  BOX
}
