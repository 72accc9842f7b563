package io.braid.verify;

import io.braid.task.Problem;

/**
 * A response to judge.
 *
 * @param problem the problem that was asked
 * @param response what a model wrote, not trusted
 * @param finished whether the response ended by itself, and not at a limit
 */
public record Submission(Problem problem, String response, boolean finished) {
  /** A response that ended by itself. */
  public static Submission of(Problem problem, String response) {
    return new Submission(problem, response, true);
  }
}
