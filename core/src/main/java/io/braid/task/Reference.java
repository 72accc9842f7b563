package io.braid.task;

import java.util.List;

/**
 * The reference against which responses are judged. The interface is sealed because verifiers
 * switch over the kinds.
 */
public sealed interface Reference
    permits Reference.Text, Reference.OneOf, CodeTests, Countdown, DigitSequence {
  /** Returns the reference for display; empty for programs, whose tests are too long. */
  default String shown() {
    return switch (this) {
      case Reference.Text text -> text.any();
      case Reference.OneOf one -> String.join(" or ", one.answers());
      case CodeTests _ -> "";
      case Countdown countdown -> countdown.target() + " from " + countdown.numbers();
      case DigitSequence sequence -> sequence.answer();
    };
  }

  /**
   * A final answer as text: a number or a formula. @param answer the answer, not blank
   *
   * @param alternatives other correct answers; usually none
   */
  record Text(String answer, List<String> alternatives) implements Reference {
    /** Copies the list; the answer must not be blank. */
    public Text {
      if (answer.isBlank()) {
        throw new IllegalArgumentException("a blank answer");
      }
      alternatives = List.copyOf(alternatives);
    }

    /** Returns all answers for display: {@code 2 or 3}. */
    public String any() {
      return alternatives.isEmpty() ? answer : answer + " or " + String.join(" or ", alternatives);
    }

    /** Creates an answer without alternatives. */
    public Text(String answer) {
      this(answer, List.of());
    }
  }

  /**
   * Different right answers, any one of which is to be given. They are the problem's solutions,
   * unlike the {@linkplain Text#alternatives() alternatives} of a text, which may be other forms of
   * the same answer.
   *
   * @param answers two or more answers, none of which is blank or equal to another
   */
  record OneOf(List<String> answers) implements Reference {
    /** Copies the list. */
    public OneOf {
      answers = List.copyOf(answers);
      if (answers.size() < 2 || answers.stream().distinct().count() < answers.size()) {
        throw new IllegalArgumentException("not several different answers: " + answers);
      }
      if (answers.stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException("a blank answer");
      }
    }
  }
}
