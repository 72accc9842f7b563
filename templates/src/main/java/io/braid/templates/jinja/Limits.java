package io.braid.templates.jinja;

/** Limits of a template, which published templates stay far below. */
final class Limits {
  /** Characters of a template. */
  static final int SOURCE = 1 << 20;

  /** Characters of one text, the output included. */
  static final int TEXT = 1 << 23;

  /** Characters of all texts that a rendering makes, each counted when it is made. */
  static final long MADE = 1 << 27;

  /** The largest width that a text may be padded to or indented by. */
  static final int WIDTH = 100_000;

  /** The nesting depth of values. */
  static final int VALUE_DEPTH = 64;

  /** The nesting depth of statements, expressions and macro calls. */
  static final int DEPTH = 400;

  /** The cost of a rendering, as {@link Work} counts it; this takes some seconds. */
  static final long WORK = 20_000_000;

  /** The longest {@code range}; jinja2's sandbox has the same limit. */
  static final int RANGE = 100_000;

  private Limits() {}

  /** Checks a width. */
  static int width(long asked) {
    if (asked > WIDTH) {
      throw exceeded("a width goes", WIDTH);
    }
    return (int) Math.max(0, asked);
  }

  static Refusal exceeded(String what, long limit) {
    return new Refusal(what + " beyond the limit of " + limit);
  }
}
