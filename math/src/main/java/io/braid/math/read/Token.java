package io.braid.math.read;

/**
 * A token of an answer.
 *
 * @param kind kind of the token
 * @param text the token as written, without the backslash of a command
 * @param spaced whether white space precedes the token
 */
record Token(Kind kind, String text, boolean spaced) {
  /** The kinds of tokens. */
  enum Kind {
    /** Digits, possibly with a point, thousands separators or an exponent. */
    NUMBER,
    /** A single letter, or a named symbol such as a Greek letter. */
    SYMBOL,
    /** Two or more plain letters. */
    WORD,
    /** The content of a text command. */
    TEXT,
    /** A named function. */
    FUNCTION,
    /** A command with arguments, such as frac. */
    COMMAND,
    /** One of + - * / ^ _ ! % ° ' | : ± ∓ ∖. */
    OPERATOR,
    /** One of = ≠ &lt; &gt; ≤ ≥ ≈ ∈ →. */
    RELATION,
    /** One of ( [ { \{ ⌊ ⌈ ⟨. */
    OPEN,
    /** One of ) ] } \} ⌋ ⌉ ⟩. */
    CLOSE,
    /** A comma. */
    COMMA,
    /** A semicolon. */
    SEMICOLON,
    /** ∪ or ∩. */
    UNION,
    /** The start of an environment. */
    BEGIN,
    /** The end of an environment. */
    END,
    /** The end of a column. */
    COLUMN,
    /** The end of a row. */
    ROW
  }

  boolean is(Kind other, String written) {
    return kind == other && text.equals(written);
  }

  boolean is(Kind other) {
    return kind == other;
  }
}
