package io.braid.math;

/** Where in a response its answer may be. */
public enum Extraction {
  /** In {@code \boxed{}}, in tags, after words that announce it, or at the end. */
  ANYWHERE,
  /** Only in a closed {@code \boxed{}} after the thoughts. */
  BOX
}
