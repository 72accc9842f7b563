package io.braid.task.layout;

/** Thrown if tests cannot be read; the record is then skipped. */
final class UnreadableTests extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;

  UnreadableTests(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
