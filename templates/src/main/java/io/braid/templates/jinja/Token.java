package io.braid.templates.jinja;

/**
 * A token of a template.
 *
 * @param kind kind of the token
 * @param text the text; for a string, its value without quotes and escapes
 * @param line the line on which it begins, from 1
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

  /** Returns the name of this token in error messages. */
  String described() {
    return kind == Kind.END ? "the end of the template" : "'" + text + "'";
  }
}
