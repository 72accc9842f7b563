package io.braid.remote.hub;

/** Thrown if the hub refused a request. */
final class HubRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  HubRefusal(String message) {
    super(message);
  }
}
