package io.braid.sampling;

import io.braid.UserError;

/**
 * Thrown if a step finds no group to train on. The state is still the state after the previous
 * step, so the run can be saved.
 */
public final class NothingToLearn extends UserError {
  private static final long serialVersionUID = 1;

  /** Creates an error with a message that says what the user can change. */
  public NothingToLearn(String message) {
    super(message);
  }
}
