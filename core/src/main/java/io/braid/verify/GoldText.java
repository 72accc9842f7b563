package io.braid.verify;

import io.braid.UserError;
import io.braid.task.Problem;
import io.braid.task.Reference;

/** The reference of verifiers that compare with a text. */
final class GoldText {
  private GoldText() {}

  /** The answer; a problem without one is of another kind than the verifier is for. */
  static String of(Problem problem, String verifier) {
    if (problem.reference() instanceof Reference.Text text) {
      return text.answer();
    }
    throw new UserError(
        "verifier %s: problem %s has no answer as text to compare with; use rule, which judges every kind of problem"
            .formatted(verifier, problem.id()));
  }
}
