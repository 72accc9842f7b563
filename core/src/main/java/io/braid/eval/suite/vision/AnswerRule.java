package io.braid.eval.suite.vision;

import io.braid.math.find.FinalAnswer;
import io.braid.math.find.ResponseText;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Choice;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.Optional;

/**
 * Finds a response's answer without a judge.
 *
 * <p>An option is found as by the verifier {@code choice}: in the last box, else in the last {@code
 * <answer>} tags, else after words such as "the answer is", else on the last line. A number, a
 * formula or words are found in the last box, else in the last tags, else if the whole response is
 * one short line.
 */
final class AnswerRule {
  private static final int SHORT = 100;
  private static final Verifier CHOICE = new Choice().create();

  private AnswerRule() {}

  /** Returns the verdict on a response; empty if the rule does not find an answer of its kind. */
  static Optional<Verdict> judge(VisionItem item, Submission submission) {
    return switch (item.gold()) {
      case Gold.Letters letters -> letters(letters, submission);
      case Gold.Formula formula -> // a formula that differs may still be right: ask
          marked(submission.response())
              .filter(answer -> formula.isRight(answer).orElse(false))
              .map(answer -> verdict(formula, answer, true));
      case Gold.Words words ->
          marked(submission.response())
              .filter(answer -> words.isRight(answer).orElse(false))
              .map(answer -> verdict(words, answer, true));
      case Gold.Number number ->
          marked(submission.response())
              .flatMap(
                  answer -> number.isRight(answer).map(right -> verdict(number, answer, right)));
    };
  }

  private static Optional<Verdict> letters(Gold.Letters gold, Submission submission) {
    Optional<Verdict> several =
        marked(submission.response())
            .flatMap(answer -> gold.isRight(answer).map(right -> verdict(gold, answer, right)));
    if (several.isPresent()) {
      return several;
    }
    Problem problem = submission.problem();
    Problem choice =
        new Problem(
            problem.id(),
            problem.question(),
            new Reference.Text(gold.labels().iterator().next()),
            problem.conversation(),
            problem.where());
    return CHOICE
        .judge(new Submission(choice, submission.response(), submission.finished()))
        .canonical()
        .flatMap(answer -> gold.isRight(answer).map(right -> verdict(gold, answer, right)));
  }

  private static Optional<String> marked(String response) {
    String end = ResponseText.end(response);
    return FinalAnswer.boxed(end)
        .or(() -> FinalAnswer.tagged(end))
        .or(() -> Optional.of(end.strip()).filter(AnswerRule::isShort))
        .filter(answer -> !answer.isBlank());
  }

  private static boolean isShort(String text) {
    return text.length() <= SHORT && text.lines().count() == 1;
  }

  /** Returns the verdict on an answer that was found. */
  static Verdict verdict(Gold gold, String answer, boolean right) {
    return new Verdict(
        right ? 1 : 0, right, Optional.of(gold.key(answer)), right ? "correct" : "another answer");
  }
}
