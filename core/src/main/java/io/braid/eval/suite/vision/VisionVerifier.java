package io.braid.eval.suite.vision;

import io.braid.eval.suite.vision.AnswerJudge.Extracted;
import io.braid.math.find.ResponseText;
import io.braid.task.Problem;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Scores the responses to a benchmark with images as {@link VisionSuite.Scoring} says. A response
 * that needs a judge when there is none, or whose judge gives no reply that can be read, could not
 * be judged; it counts as wrong, and the metric {@code unknown_frac} counts it.
 */
final class VisionVerifier implements Verifier {
  private final VisionSuite suite;
  private final Map<String, VisionItem> items; // by the problem's id
  private final Optional<AnswerJudge> judge;

  VisionVerifier(VisionSuite suite, List<VisionItem> items, Optional<AnswerJudge> judge) {
    this.suite = suite;
    this.items =
        items.stream().collect(Collectors.toMap(item -> item.problem().id(), Function.identity()));
    this.judge = judge;
  }

  @Override
  public Verdict judge(Submission submission) {
    Problem problem = submission.problem();
    VisionItem item = items.get(problem.id());
    if (item == null) {
      throw new IllegalArgumentException("no problem of the suite: " + problem.id());
    }
    if (submission.response().isBlank()) {
      return noAnswer("an empty response");
    }
    Optional<Verdict> byRule =
        suite.scoring() == VisionSuite.Scoring.JUDGE && judge.isPresent()
            ? Optional.empty()
            : AnswerRule.judge(item, submission);
    if (byRule.isPresent()) {
      return byRule.get();
    }
    if (suite.scoring() == VisionSuite.Scoring.RULE) {
      return noAnswer("no choice");
    }
    return judge
        .map(model -> byJudge(model, item, submission.response()))
        .orElseGet(() -> Verdict.unknown(Optional.empty(), "needs a judge, and there is none"));
  }

  private Verdict byJudge(AnswerJudge model, VisionItem item, String response) {
    Optional<Extracted> extracted = model.extract(item, ResponseText.end(response));
    if (extracted.isEmpty()) {
      return Verdict.unknown(
          Optional.empty(),
          "none of the judge's %s replies could be read".formatted(AnswerJudge.TRIES));
    }
    if (extracted.get().answer().isEmpty()) {
      return noAnswer("the judge finds no answer");
    }
    String answer = extracted.get().answer().get();
    Optional<Boolean> right = item.gold().isRight(answer);
    if (suite != VisionSuite.MATHVERSE || isDecided(item.gold(), answer, right)) {
      return AnswerRule.verdict(item.gold(), answer, right.orElse(false));
    }
    return model
        .agrees(item, answer)
        .map(agrees -> AnswerRule.verdict(item.gold(), answer, agrees))
        .orElseGet(() ->
            Verdict.unknown(
                Optional.of(item.gold().key(answer)),
                "none of the judge's %s verdicts could be read".formatted(AnswerJudge.TRIES)));
  }

  /** Returns whether equal strings, or two letters, decide MathVerse's second step. */
  private static boolean isDecided(Gold gold, String answer, Optional<Boolean> right) {
    return gold instanceof Gold.Letters
        ? right.isPresent()
        : Gold.plain(answer).equals(Gold.plain(gold.shown()));
  }

  private static Verdict noAnswer(String reason) {
    return new Verdict(0, false, Optional.empty(), reason);
  }
}
