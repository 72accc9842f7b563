package io.braid.remote.hub;

/** Why the hub does not give something. */
final class HubRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  HubRefusal(String message) {
    super(message);
  }
}
