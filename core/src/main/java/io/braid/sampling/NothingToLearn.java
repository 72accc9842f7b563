package io.braid.sampling;

import io.braid.UserError;

/**
 * A step found nothing to learn from. The state is that after the previous step, so the run can be
 * saved.
 */
public final class NothingToLearn extends UserError {
  private static final long serialVersionUID = 1;

  /** A message that says what the user can change. */
  public NothingToLearn(String message) {
    super(message);
  }
}
