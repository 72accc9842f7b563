package io.braid.sampling;

/**
 * An endless order of problems. The problem at a position depends only on the position, so a
 * resumed run sees the same problems as an uninterrupted one.
 */
public interface Order {
  /** Returns the index of the problem at a position; both are counted from 0. */
  int at(long position);
}
