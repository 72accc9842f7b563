package io.braid.verify;

import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.Problem;
import io.braid.task.Reference;

/** Judges by the rule that fits the problem's reference. */
public final class RuleVerifier implements Verifier {
  /** A verifier for every kind of reference. */
  public RuleVerifier() {}

  @Override
  public Verdict judge(Problem problem, String response) {
    return switch (problem.reference()) {
      case Reference.Text text -> AnswerVerifier.judge(text, response);
      case Countdown countdown -> CountdownVerifier.judge(countdown, response);
      case DigitSequence sequence -> DigitSequenceVerifier.judge(sequence, response);
    };
  }
}
