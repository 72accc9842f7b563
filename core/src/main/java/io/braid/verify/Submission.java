package io.braid.verify;

import io.braid.task.Problem;

/**
 * A response to judge.
 *
 * @param problem the problem that the response answers
 * @param response the model's text, not trusted
 * @param finished whether the model ended the response, rather than a limit cutting it off
 * @param ids token ids of the response, including the end token; empty if unknown, as in files
 */
public record Submission(Problem problem, String response, boolean finished, long[] ids) {
  /** Creates a submission without token ids. */
  public Submission(Problem problem, String response, boolean finished) {
    this(problem, response, finished, new long[0]);
  }

  /** Creates a submission whose response the model ended. */
  public static Submission of(Problem problem, String response) {
    return new Submission(problem, response, true);
  }
}
