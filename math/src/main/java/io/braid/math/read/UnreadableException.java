package io.braid.math.read;

/** An answer is not one of the forms that are known, or larger than is looked at. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableException(String what) {
    super(what, null, false, false);
  }
}
