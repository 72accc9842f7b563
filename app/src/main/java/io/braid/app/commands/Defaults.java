package io.braid.app.commands;

/** Settings of the commands that have no option. */
final class Defaults {
  /** Memory for keys and values during sampling, in bytes. */
  static final long CACHE_BYTES = 2_000_000_000L;

  private Defaults() {}
}
