package io.braid.sampling;

/**
 * An endless order of problems. The problem at a position depends on the position alone, so that a
 * resumed run sees the same problems as an uninterrupted one.
 */
public interface Order {
  /** The index of the problem at a position, from 0. */
  int at(long position);
}
