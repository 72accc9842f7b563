package io.braid.task.layout;

/** Why tests are not read; the record is left out. */
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
