package io.braid.run.train;

/** What to do with problems whose reference the verifier cannot parse. */
public enum OnUnreadable {
  /** Drop these problems and list them. */
  DROP,
  /** Do not start the run. */
  REFUSE
}
