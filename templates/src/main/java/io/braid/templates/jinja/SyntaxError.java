package io.braid.templates.jinja;

/** A construct that this subset does not know, or that is not Jinja at all. */
final class SyntaxError extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int line;

  SyntaxError(String message, int line) {
    super(message, null, false, false);
    this.line = line;
  }

  int line() {
    return line;
  }

  /** The message of an error that always has one. */
  String what() {
    return String.valueOf(getMessage());
  }
}
