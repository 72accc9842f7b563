package io.braid.templates.jinja;

/** Thrown for a construct that is not supported or is not Jinja. */
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

  /** Returns the message, which is never null. */
  String what() {
    return String.valueOf(getMessage());
  }
}
