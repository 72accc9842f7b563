package io.braid.verify;

import io.braid.task.Problem;

/**
 * A response to judge.
 *
 * @param problem the problem that the response answers
 * @param response the model's text, not trusted
 * @param finished whether the model ended the response, rather than a limit cutting it off
 * @param ids token ids of the response, including the end token; empty if unknown, as in files
 * @param announcedOnly whether an answer counts only if the response announces it: in a box or in
 *     tags, after {@code ####}, or after words such as "the answer is". In training, this is so for
 *     responses that a limit cut off.
 */
public record Submission(
    Problem problem, String response, boolean finished, long[] ids, boolean announcedOnly) {
  /** Creates a submission whose answer counts wherever it is found. */
  public Submission(Problem problem, String response, boolean finished, long[] ids) {
    this(problem, response, finished, ids, /* announcedOnly= */ false);
  }

  /** Creates a submission without token ids. */
  public Submission(Problem problem, String response, boolean finished) {
    this(problem, response, finished, new long[0]);
  }

  /** Returns the same response to another problem. */
  Submission with(Problem other) {
    return new Submission(other, response, finished, ids, announcedOnly);
  }

  /** Creates a submission whose response the model ended. */
  public static Submission of(Problem problem, String response) {
    return new Submission(problem, response, true);
  }
}
