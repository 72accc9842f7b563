package io.braid.remote;

import io.braid.UserError;

/** Thrown if the process was asked to stop while a service was unavailable. */
public final class WaitingEnded extends UserError {
  private static final long serialVersionUID = 1;

  WaitingEnded() {
    super("stopped while waiting for an unavailable service");
  }
}
