package io.braid.remote.hub;

/**
 * How often a failed request is repeated.
 *
 * @param attempts maximum number of attempts
 * @param firstWait seconds to wait after the first failure; doubled after each further one
 */
public record HubRetries(int attempts, double firstWait) {
  /** The default number of attempts and waiting time. */
  public static final HubRetries STANDARD = new HubRetries(6, 1);
}
