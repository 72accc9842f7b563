package io.braid.task;

import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a data set that contain the question, the answer and the id. A key may be a path:
 * {@code reward_model.ground_truth}.
 *
 * <p>Without a name, the usual keys are tried in order in each record, and the first one with a
 * value is taken; null, NaN and empty values do not count.
 *
 * @param question the key of the question; without it, the first of {@link #QUESTIONS} that a
 *     record has
 * @param answer the key of the answer; without it, the answer of the data set's layout, or the
 *     first of {@link #ANSWERS} that a record has
 * @param id the key of a unique id; without it, the data set's own or one derived from the question
 * @param template words the question from the record's values; without it, it is taken as it is
 */
public record ProblemFields(
    Optional<String> question,
    Optional<String> answer,
    Optional<String> id,
    Optional<QuestionTemplate> template) {
  /** Usual keys of a question, the most reliable first. */
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

  /** Usual keys of a ground truth; any answer of a list under them is correct. */
  public static final List<String> TRUTHS =
      List.of(
          "reward_model.ground_truth",
          "verification_info.ground_truth",
          "ground_truth",
          "golden_answers",
          "label",
          "solutions",
          "extra_info.ground_truth");

  /** Usual keys of an answer, the most reliable first; they include {@link #TRUTHS}. */
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

  /** {@link #RESPONSES}, for records whose answer does not count if their response is empty. */
  static List<String> responses(DataRecord values) {
    return values.has("response")
        ? RESPONSES.stream().filter(key -> !key.equals("answer")).toList()
        : RESPONSES;
  }

  /** No key is named. */
  public static final ProblemFields AUTO =
      new ProblemFields(Optional.empty(), Optional.empty(), Optional.empty());

  /** Keys, without a template. */
  public ProblemFields(Optional<String> question, Optional<String> answer, Optional<String> id) {
    this(question, answer, id, Optional.empty());
  }

  /** These keys for the question and the answer, and an id derived from the question. */
  public static ProblemFields of(String question, String answer) {
    return new ProblemFields(Optional.of(question), Optional.of(answer), Optional.empty());
  }

  /**
   * A question as worded by the template.
   *
   * @throws io.braid.UserError if the template uses a value that the record lacks
   */
  public DataRecord.Asked worded(DataRecord values, DataRecord.Asked asked) {
    return template
        .map(words -> asked.asking(words.render(values, asked.question())))
        .orElse(asked);
  }

  /** These keys with a template. */
  public ProblemFields worded(Optional<QuestionTemplate> by) {
    return new ProblemFields(question, answer, id, by);
  }
}
