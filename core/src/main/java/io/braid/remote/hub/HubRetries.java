package io.braid.remote.hub;

/**
 * How often a request is made.
 *
 * @param attempts in all
 * @param firstWait seconds after the first failure; doubles with each
 */
public record HubRetries(int attempts, double firstWait) {
  /** As a rule. */
  public static final HubRetries STANDARD = new HubRetries(6, 1);
}
