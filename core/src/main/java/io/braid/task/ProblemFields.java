package io.braid.task;

import java.util.List;
import java.util.Optional;

/**
 * Which keys of a data set hold what.
 *
 * @param question the key of the question; absent for the first of {@code question}, {@code
 *     problem} and {@code prompt} that a record has
 * @param answer the key of the answer; absent for the first of {@code answer} and {@code solution}
 * @param id the key of a unique id; absent for one made from the question
 */
public record ProblemFields(
    Optional<String> question, Optional<String> answer, Optional<String> id) {
  static final List<String> QUESTIONS = List.of("question", "problem", "prompt");
  static final List<String> ANSWERS = List.of("answer", "solution");
  static final List<String> RESPONSES = List.of("response", "solution", "answer");

  /** Every key as it is found. */
  public static final ProblemFields AUTO =
      new ProblemFields(Optional.empty(), Optional.empty(), Optional.empty());

  /** These keys for the question and the answer, and an id made from the question. */
  public static ProblemFields of(String question, String answer) {
    return new ProblemFields(Optional.of(question), Optional.of(answer), Optional.empty());
  }
}
