package io.braid.verify.code;

/**
 * What one test of a program may use.
 *
 * @param seconds of processor time
 * @param memoryMb of each process, in MiB
 */
record Limits(double seconds, int memoryMb) {
  /**
   * The most by the clock on the wall. It is far above the processor's time, so that a right
   * program passes on a machine that is shared; a program that only waits is ended by this one.
   */
  double wallSeconds() {
    return 4 * seconds + 2;
  }

  /** When the box itself is ended because it says nothing, in milliseconds. */
  long silenceMillis() {
    return (long) (1000 * (wallSeconds() + 10));
  }
}
