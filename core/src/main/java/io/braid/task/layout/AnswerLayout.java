package io.braid.task.layout;

import io.braid.task.FinalAnswer;
import io.braid.task.ProblemFields;
import io.braid.task.Reference;
import io.braid.task.records.Chat;
import io.braid.task.records.DataRecord;
import java.util.Optional;

/**
 * A question and an answer: GSM8K, MATH, MATH-500, AIME, AMC, OlympiadBench and most others.
 *
 * <p>An answer that is a worked solution is cut down to its final answer; a list of answers means
 * that all of them are asked for.
 */
final class AnswerLayout implements Layout {
  private final ProblemFields fields;

  AnswerLayout(ProblemFields fields) {
    this.fields = fields;
  }

  @Override
  public String name() {
    return "question and answer";
  }

  @Override
  public boolean fits(DataRecord values) {
    return true;
  }

  @Override
  public Reading read(DataRecord values) {
    String questionKey = values.key("question", fields.question(), ProblemFields.QUESTIONS);
    String answerKey = values.key("answer", fields.answer(), ProblemFields.ANSWERS);
    Optional<String> question = values.said(questionKey, Chat.Side.USER);
    Optional<String> answer =
        values
            .said(answerKey, Chat.Side.ASSISTANT)
            .map(FinalAnswer::ofSolution)
            .filter(text -> !text.isBlank());
    if (question.isEmpty()) {
      return new Reading.Left("no question");
    }
    return answer.isEmpty()
        ? new Reading.Left("no answer")
        : new Reading.Found(OwnId.of(values), question.get(), new Reference.Text(answer.get()));
  }
}
