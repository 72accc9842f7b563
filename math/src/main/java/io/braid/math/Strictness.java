package io.braid.math;

/** How far an answer's form may differ from the reference's. */
public enum Strictness {
  /** For rewards: an answer is wrong if a reader would have to guess its meaning. */
  STRICT,
  /** For evaluation: accepts what public graders accept, such as a missing unit. */
  LENIENT
}
