package io.braid.templates.jinja;

/** What a template may not do, or what this subset does not know; the line is added further up. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refusal(String message) {
    super(message, null, false, false);
  }
}
