package io.braid.math;

/** How far an answer may be from the reference's form. */
public enum Strictness {
  /** For rewards: where a reader would have to guess what is meant, the answer is wrong. */
  STRICT,
  /** For evaluation: what the public graders accept, such as a forgotten unit, is right. */
  LENIENT
}
