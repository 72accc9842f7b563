package io.braid.task;

import io.braid.task.records.DataRecord;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a data set that contain the question, the answer and the id. A key may be a path:
 * {@code reward_model.ground_truth}.
 *
 * <p>If no key is named, the usual keys are tried in order in each record, and the first key with a
 * value is used. Null, NaN and empty values do not count.
 *
 * @param question the key of the question; if absent, the first of {@link #QUESTIONS} that a record
 *     has
 * @param answer the key of the answer; if absent, the answer key of the data set's layout, or the
 *     first of {@link #ANSWERS} that a record has
 * @param id the key of a unique id; if absent, the data set's own id, or an id derived from the
 *     question
 * @param template template that words the question from the record's values; if absent, the
 *     question is used unchanged
 * @param images the key of the images, and the directory of their files
 */
public record ProblemFields(
    Optional<String> question,
    Optional<String> answer,
    Optional<String> id,
    Optional<QuestionTemplate> template,
    ImageFields images) {
  /** Usual keys for a question, most reliable first. */
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

  /** Usual keys for a ground truth. If the value is a list, any answer in it is correct. */
  public static final List<String> TRUTHS =
      List.of(
          "reward_model.ground_truth",
          "verification_info.ground_truth",
          "ground_truth",
          "golden_answers",
          "label",
          "solutions",
          "extra_info.ground_truth");

  /** Usual keys for an answer, most reliable first, including {@link #TRUTHS}. */
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

  /** Usual keys for a response. */
  public static final List<String> RESPONSES =
      List.of(
          "response",
          "solution",
          "answer",
          "messages",
          "conversations",
          "completion",
          "output",
          "chosen");

  /**
   * Returns the keys that may contain a record's response. If the record has the key {@code
   * response}, {@code answer} is not one of them, even if the response is empty.
   */
  static List<String> responses(DataRecord values) {
    return values.has("response")
        ? RESPONSES.stream().filter(key -> !key.equals("answer")).toList()
        : RESPONSES;
  }

  /** Settings in which no key is named. */
  public static final ProblemFields AUTO =
      new ProblemFields(Optional.empty(), Optional.empty(), Optional.empty());

  /** Creates settings with these keys and without a template. */
  public ProblemFields(Optional<String> question, Optional<String> answer, Optional<String> id) {
    this(question, answer, id, Optional.empty(), ImageFields.AUTO);
  }

  /**
   * Returns settings with these keys for the question and the answer; the id is derived from the
   * question.
   */
  public static ProblemFields of(String question, String answer) {
    return new ProblemFields(Optional.of(question), Optional.of(answer), Optional.empty());
  }

  /**
   * Returns the question as worded by the template.
   *
   * @throws io.braid.UserError if the template uses a value that the record lacks
   */
  public DataRecord.Asked worded(DataRecord values, DataRecord.Asked asked) {
    return template
        .map(words -> asked.asking(words.render(values, asked.question())))
        .orElse(asked);
  }

  /** Returns these keys with a template. */
  public ProblemFields worded(Optional<QuestionTemplate> by) {
    return new ProblemFields(question, answer, id, by, images);
  }

  /** Returns these keys with others for the images. */
  public ProblemFields showing(ImageFields others) {
    return new ProblemFields(question, answer, id, template, others);
  }
}
