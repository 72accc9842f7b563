package io.braid.math;

/** Where the answer of a response may stand. */
public enum Extraction {
  /** In a box, in tags, behind words that announce it, or last. */
  ANYWHERE,
  /** In a closed box behind the thoughts, and nowhere else. */
  BOX
}
