package io.braid.task;

/** What a response is judged against. A verifier switches over the kinds; the compiler counts. */
public sealed interface Reference permits Reference.Text, CodeTests, Countdown, DigitSequence {
  /**
   * A final answer as text: a number or a formula.
   *
   * @param answer not blank
   */
  record Text(String answer) implements Reference {
    /** A blank answer is the caller's mistake. */
    public Text {
      if (answer.isBlank()) {
        throw new IllegalArgumentException("a blank answer");
      }
    }
  }
}
