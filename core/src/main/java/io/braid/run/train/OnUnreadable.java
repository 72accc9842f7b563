package io.braid.run.train;

/** What becomes of problems whose reference the verifier cannot read. */
public enum OnUnreadable {
  /** They are left out, and named. */
  DROP,
  /** The run does not begin. */
  REFUSE
}
