package io.braid.app.commands;

/** What the commands do not ask for. */
final class Defaults {
  /** Memory for keys and values while sampling. */
  static final long CACHE_BYTES = 2_000_000_000L;

  private Defaults() {}
}
