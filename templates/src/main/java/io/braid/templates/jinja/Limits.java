package io.braid.templates.jinja;

/** How much one template may ask for; a published template stays far below. */
final class Limits {
  /** Characters of a template. */
  static final int SOURCE = 1 << 20;

  /** Characters of one text, the output included. */
  static final int TEXT = 1 << 23;

  /** Characters of all texts that a rendering makes, each counted when it is made. */
  static final long MADE = 1 << 27;

  /** To how many characters a text may be filled up, and by how many be indented. */
  static final int WIDTH = 100_000;

  /** How deep values nest. */
  static final int VALUE_DEPTH = 64;

  /** How deep statements, expressions and macro calls nest. */
  static final int DEPTH = 400;

  /** What a rendering may cost in all, as {@link Work} counts it: some seconds. */
  static final long WORK = 20_000_000;

  /** What {@code range} may count; the number is jinja2's. */
  static final int RANGE = 100_000;

  private Limits() {}

  /** A width that a template asks for. */
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
