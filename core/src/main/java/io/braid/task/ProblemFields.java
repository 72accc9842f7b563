package io.braid.task;

import java.util.List;
import java.util.Optional;

/**
 * Which keys of a data set hold what. A key may be a path: {@code reward_model.ground_truth}.
 *
 * @param question the key of the question; absent for the first of {@link #QUESTIONS} that a record
 *     has
 * @param answer the key of the answer; absent for what the data set's layout holds, or else the
 *     first of {@link #ANSWERS}
 * @param id the key of a unique id; absent for the data set's own, or else one made from the
 *     question
 */
public record ProblemFields(
    Optional<String> question, Optional<String> answer, Optional<String> id) {
  /** Usual keys of a question. */
  public static final List<String> QUESTIONS =
      List.of("question", "problem", "prompt", "messages", "conversations");

  /** Usual keys of an answer. */
  public static final List<String> ANSWERS =
      List.of("answer", "final_answer", "solution", "messages", "conversations");

  /** Usual keys of a response. */
  public static final List<String> RESPONSES =
      List.of("response", "solution", "answer", "messages", "conversations");

  /** Every key as it is found. */
  public static final ProblemFields AUTO =
      new ProblemFields(Optional.empty(), Optional.empty(), Optional.empty());

  /** These keys for the question and the answer, and an id made from the question. */
  public static ProblemFields of(String question, String answer) {
    return new ProblemFields(Optional.of(question), Optional.of(answer), Optional.empty());
  }
}
