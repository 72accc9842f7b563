package io.braid.verify;

import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.Reference;

/** Judges by the rule that fits the problem's reference. */
public final class RuleVerifier implements Verifier {
  /** For rewards, with the usual limits for programs. */
  public RuleVerifier() {
    this(Rule.STRICT);
  }

  /** A verifier for every kind of reference. */
  RuleVerifier(Rule rule) {}

  @Override
  public Verdict judge(Submission submission) {
    String response = submission.response();
    return switch (submission.problem().reference()) {
      case Reference.Text text -> AnswerVerifier.judge(text, response);
      case CodeTests _ -> throw new io.braid.UserError("programs are not run yet");
      case Countdown countdown -> CountdownVerifier.judge(countdown, response);
      case DigitSequence sequence -> DigitSequenceVerifier.judge(sequence, response);
    };
  }
}
