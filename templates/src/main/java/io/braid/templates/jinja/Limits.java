package io.braid.templates.jinja;

/** Limits on a template; published templates are far below them. */
final class Limits {
  /** Maximum number of characters of a template. */
  static final int SOURCE = 1 << 20;

  /** Maximum number of characters in one string, including the output. */
  static final int TEXT = 1 << 23;

  /**
   * Maximum total number of characters in all strings that a rendering creates, each counted when
   * it is created.
   */
  static final long MADE = 1 << 27;

  /** Maximum width of padding and indentation. */
  static final int WIDTH = 100_000;

  /** Maximum nesting depth of values. */
  static final int VALUE_DEPTH = 64;

  /** Maximum nesting depth of statements, expressions and macro calls. */
  static final int DEPTH = 400;

  /** Maximum cost of a rendering, counted by {@link Work}; this cost takes several seconds. */
  static final long WORK = 20_000_000;

  /** Maximum length of a {@code range}; jinja2's sandbox has the same limit. */
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
