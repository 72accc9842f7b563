package io.braid.templates.jinja;

/**
 * A token of a template.
 *
 * @param kind what it is
 * @param text its text; of a string, what the quotes and escapes mean
 * @param line the line it begins on, from 1
 */
record Token(Kind kind, String text, int line) {
  /** The kinds of tokens. */
  enum Kind {
    DATA,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    WHOLE,
    REAL,
    OPERATOR,
    END
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }

  /** The name of this token in error messages. */
  String described() {
    return kind == Kind.END ? "the end of the template" : "'" + text + "'";
  }
}
