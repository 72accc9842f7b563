package io.braid.verify.code;

/**
 * Resource limits of one test of a program.
 *
 * @param seconds processor time in seconds
 * @param memoryMb memory of each process in MiB
 */
record Limits(double seconds, int memoryMb) {
  /**
   * Returns the limit of wall-clock time in seconds. It is far above the processor time, so that a
   * correct program passes on a loaded machine, and it ends programs that only wait.
   */
  double wallSeconds() {
    return 4 * seconds + 2;
  }

  /** Returns how long the sandbox may be silent before it is ended, in milliseconds. */
  long silenceMillis() {
    return (long) (1000 * (wallSeconds() + 10));
  }
}
