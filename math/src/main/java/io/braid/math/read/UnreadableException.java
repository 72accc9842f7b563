package io.braid.math.read;

/** An answer has no known form, or exceeds a limit. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableException(String what) {
    super(what, null, false, false);
  }
}
