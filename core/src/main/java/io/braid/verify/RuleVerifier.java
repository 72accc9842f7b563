package io.braid.verify;

import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.Reference;
import io.braid.verify.math.MathAnswers;
import io.braid.verify.math.MathComparison;
import java.util.Optional;

/** Judges by the rule that fits the problem's reference. */
public final class RuleVerifier implements Verifier {
  private final Strictness strictness;

  /** For rewards, with the usual limits for programs. */
  public RuleVerifier() {
    this(Rule.STRICT);
  }

  /** A verifier for every kind of reference. */
  RuleVerifier(Rule rule) {
    this.strictness = rule.strictness();
  }

  @Override
  public Verdict judge(Submission submission) {
    String response = submission.response();
    return switch (submission.problem().reference()) {
      case Reference.Text(String answer) -> answer(answer, response);
      case CodeTests _ -> throw new io.braid.UserError("programs are not run yet");
      case Countdown countdown -> CountdownVerifier.judge(countdown, response);
      case DigitSequence sequence -> DigitSequenceVerifier.judge(sequence, response);
    };
  }

  private Verdict answer(String gold, String response) {
    MathComparison comparison = MathAnswers.compare(gold, response, strictness);
    Optional<String> key = MathAnswers.key(gold, response, strictness);
    if (key.isEmpty()) {
      return Verdict.noAnswer(comparison.reason());
    }
    return comparison.equal()
        ? Verdict.right(key.get())
        : Verdict.wrong(key.get(), comparison.reason());
  }
}
