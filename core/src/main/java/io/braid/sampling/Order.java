package io.braid.sampling;

/**
 * An endless order of problems. What stands at a place depends on the place alone, so that a
 * resumed run sees what the first would have seen.
 */
public interface Order {
  /** The number of the problem at a place, from 0. */
  int at(long place);
}
