package io.braid.sampling;

import io.braid.UserError;

/**
 * A step found nothing to learn from. Nothing has changed since the step before, so that the run
 * may be saved as it is.
 */
public final class NothingToLearn extends UserError {
  private static final long serialVersionUID = 1;

  /** What the user can change so that there is something. */
  public NothingToLearn(String message) {
    super(message);
  }
}
