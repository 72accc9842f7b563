package io.braid.math;

/** The part of a response in which its answer may be. */
public enum Extraction {
  /**
   * The answer may be in {@code \boxed{}}, in tags, after words that announce it, or at the end.
   */
  ANYWHERE,
  /** The answer must be in a closed {@code \boxed{}} after the thoughts. */
  BOX
}
