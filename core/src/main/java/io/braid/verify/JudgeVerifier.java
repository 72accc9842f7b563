package io.braid.verify;

import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Judge.First;
import io.braid.verify.judge.Asking.Asked;
import io.braid.verify.judge.CorrectnessJudge;
import java.util.Optional;

/**
 * Has a language model judge answers, either after the rule or alone. A response for which the
 * model gives no verdict counts as wrong.
 */
final class JudgeVerifier implements Verifier {
  private final CorrectnessJudge judge;
  private final First first;
  private final Verifier rule;

  /** Creates a verifier, which closes the judge's model and the rule when it is closed. */
  JudgeVerifier(CorrectnessJudge judge, First first, Verifier rule) {
    this.judge = judge;
    this.first = first;
    this.rule = rule;
  }

  @Override
  public Verdict judge(Submission submission) {
    Verdict byRule = rule.judge(submission);
    if (submission.response().isBlank()
        || byRule.unannounced()
        || (first == First.RULE && byRule.correct())) {
      return byRule;
    }
    // The model may understand an answer that the rule cannot parse.
    return submission.problem().reference() instanceof Reference.Text reference
        ? byModel(submission, reference, byRule)
        : byRule;
  }

  private Verdict byModel(Submission submission, Reference.Text reference, Verdict byRule) {
    Asked<Boolean> asked =
        judge.judge(submission.problem().question(), reference.any(), submission.response());
    if (asked.answer().isEmpty()) {
      return Verdict.unknown(byRule.canonical(), "the judge gave no verdict");
    }
    return asked.answer().get()
        ? new Verdict(1, true, key(submission.problem(), reference), "the judge says correct")
        : new Verdict(0, false, byRule.canonical(), "the judge says wrong");
  }

  /** Returns the reference's key, so that correct answers in different forms count as one. */
  private Optional<String> key(Problem problem, Reference.Text reference) {
    return rule.judge(Submission.of(problem, "\\boxed{" + reference.answer() + "}"))
        .canonical()
        .or(() -> Optional.of(reference.answer()));
  }

  @Override
  public void close() {
    judge.model().close();
    rule.close();
  }
}
