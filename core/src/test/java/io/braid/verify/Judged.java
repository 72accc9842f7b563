package io.braid.verify;

import io.braid.task.Problem;
import io.braid.task.Reference;

/** Judges one response with a new verifier. */
final class Judged {
  private Judged() {}

  static Problem problem(String answer) {
    return problem("?", answer);
  }

  static Problem problem(String question, String answer) {
    return new Problem("p", question, new Reference.Text(answer));
  }

  static Verdict by(VerifierSettings settings, String answer, String response) {
    return by(settings, Submission.of(problem(answer), response));
  }

  static Verdict by(VerifierSettings settings, Submission submission) {
    try (Verifier verifier = settings.create()) {
      return verifier.judge(submission);
    }
  }
}
