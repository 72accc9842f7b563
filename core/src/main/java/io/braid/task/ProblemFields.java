package io.braid.task;

import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;

/**
 * Which keys of a data set hold what. A key may be a path: {@code reward_model.ground_truth}.
 *
 * <p>Where none is named, the usual keys are tried in their order, in each record anew: the first
 * that holds something is taken. One that is null, NaN or empty hides no other.
 *
 * @param question the key of the question; absent for the first of {@link #QUESTIONS} that a record
 *     has
 * @param answer the key of the answer; absent for what the data set's layout holds, or else the
 *     first of {@link #ANSWERS}
 * @param id the key of a unique id; absent for the data set's own, or else one made from the
 *     question
 * @param template how the question is worded from the record's values; absent for as it is
 */
public record ProblemFields(
    Optional<String> question,
    Optional<String> answer,
    Optional<String> id,
    Optional<QuestionTemplate> template) {
  /** Usual keys of a question, the surest first. */
  public static final List<String> QUESTIONS =
      List.of(
          "question",
          "problem",
          "prompt",
          "query",
          "instruction",
          "input",
          "messages",
          "conversations",
          "context_messages",
          "message",
          "extra_info.question");

  /** Usual keys of the one truth; a list under them means that any of its answers is right. */
  public static final List<String> TRUTHS =
      List.of(
          "reward_model.ground_truth",
          "verification_info.ground_truth",
          "ground_truth",
          "golden_answers",
          "label",
          "solutions",
          "extra_info.ground_truth");

  /** Usual keys of an answer, the surest first; {@link #TRUTHS} are among them. */
  public static final List<String> ANSWERS =
      List.of(
          "reward_model.ground_truth",
          "verification_info.ground_truth",
          "ground_truth",
          "answer",
          "final_answer",
          "expected_answer",
          "golden_answers",
          "label",
          "target",
          "solution",
          "solutions",
          "extra_info.ground_truth",
          "extra_info.answer",
          "messages",
          "conversations",
          "output");

  /** Usual keys of a response. */
  public static final List<String> RESPONSES =
      List.of(
          "response", "solution", "answer", "messages", "conversations", "completion", "output");

  /** As {@link #RESPONSES}; the answer of a record that has an empty response is none. */
  static List<String> responses(DataRecord values) {
    return values.has("response")
        ? RESPONSES.stream().filter(key -> !key.equals("answer")).toList()
        : RESPONSES;
  }

  /** Every key as it is found. */
  public static final ProblemFields AUTO =
      new ProblemFields(Optional.empty(), Optional.empty(), Optional.empty());

  /** Keys, for questions as they are. */
  public ProblemFields(Optional<String> question, Optional<String> answer, Optional<String> id) {
    this(question, answer, id, Optional.empty());
  }

  /** These keys for the question and the answer, and an id made from the question. */
  public static ProblemFields of(String question, String answer) {
    return new ProblemFields(Optional.of(question), Optional.of(answer), Optional.empty());
  }

  /**
   * A question as the template words it.
   *
   * @throws io.braid.UserError when the template asks for what the record has not
   */
  public DataRecord.Asked worded(DataRecord values, DataRecord.Asked asked) {
    return template
        .map(words -> asked.asking(words.render(values, asked.question())))
        .orElse(asked);
  }

  /** These keys, with questions worded by a template. */
  public ProblemFields worded(Optional<QuestionTemplate> by) {
    return new ProblemFields(question, answer, id, by);
  }
}
