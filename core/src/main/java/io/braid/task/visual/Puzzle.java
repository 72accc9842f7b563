package io.braid.task.visual;

import io.braid.task.Reference;
import java.util.List;

/**
 * A picture with a question and everything that is known about it.
 *
 * @param question the question, without the picture's place
 * @param answers the right answers; several only if they differ
 * @param picture the picture
 * @param responses short right responses with their working, which end in {@code ####} and an
 *     answer; together they give every answer
 */
record Puzzle(String question, List<String> answers, Picture picture, List<String> responses) {
  /** What stands before the final answer. */
  private static final String FINAL = "#### ";

  Puzzle {
    answers = List.copyOf(answers);
    responses = List.copyOf(responses);
  }

  /** Creates a puzzle with one answer. */
  static Puzzle of(String question, String answer, List<Mark> marks, String working) {
    return new Puzzle(
        question, List.of(answer), new Picture(marks), List.of(response(working, answer)));
  }

  /** Creates a puzzle with several answers, any of which is right. */
  static Puzzle ofSeveral(String question, List<String> answers, List<Mark> marks, String working) {
    return new Puzzle(
        question,
        answers,
        new Picture(marks),
        answers.stream().map(answer -> response(working, answer)).toList());
  }

  private static String response(String working, String answer) {
    return (working.isEmpty() ? "" : working + " ") + FINAL + answer;
  }

  Reference reference() {
    return answers.size() == 1
        ? new Reference.Text(answers.getFirst())
        : new Reference.OneOf(answers);
  }
}
