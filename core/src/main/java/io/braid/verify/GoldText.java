package io.braid.verify;

import io.braid.UserError;
import io.braid.task.Problem;
import io.braid.task.Reference;

/** Reads the reference for verifiers that compare text. */
final class GoldText {
  private GoldText() {}

  /** Returns the reference answer; throws if the problem's reference is not text. */
  static String of(Problem problem, String verifier) {
    if (problem.reference() instanceof Reference.Text text) {
      return text.answer();
    }
    throw new UserError(
        "verifier %s: the reference of problem %s is not a text; use the verifier rule, which judges every kind of problem"
            .formatted(verifier, problem.id()));
  }
}
