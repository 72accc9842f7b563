package io.braid.templates.jinja;

/** Thrown for an operation that is not allowed or not supported; the caller adds the line. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refusal(String message) {
    super(message, null, false, false);
  }
}
