package io.braid.task;

import java.util.List;

/** What a response is judged against. A verifier switches over the kinds; the compiler counts. */
public sealed interface Reference permits Reference.Text, CodeTests, Countdown, DigitSequence {
  /** The reference as a person reads it; empty for programs, whose tests are too long to show. */
  default String shown() {
    return switch (this) {
      case Reference.Text text -> text.any();
      case CodeTests _ -> "";
      case Countdown countdown -> countdown.target() + " from " + countdown.numbers();
      case DigitSequence sequence -> sequence.answer();
    };
  }

  /**
   * A final answer as text: a number or a formula.
   *
   * @param answer not blank
   * @param alternatives others that are right as well; usually none
   */
  record Text(String answer, List<String> alternatives) implements Reference {
    /** Copies the list; a blank answer is the caller's mistake. */
    public Text {
      if (answer.isBlank()) {
        throw new IllegalArgumentException("a blank answer");
      }
      alternatives = List.copyOf(alternatives);
    }

    /** All of them for a reader: {@code 2 or 3}. */
    public String any() {
      return alternatives.isEmpty() ? answer : answer + " or " + String.join(" or ", alternatives);
    }

    /** An answer that is written in one way. */
    public Text(String answer) {
      this(answer, List.of());
    }
  }
}
