package io.braid.remote;

import io.braid.UserError;

/** A service was away, and the process was asked to stop before it was back. */
public final class WaitingEnded extends UserError {
  private static final long serialVersionUID = 1;

  WaitingEnded() {
    super("stopped while waiting for a service that is away");
  }
}
