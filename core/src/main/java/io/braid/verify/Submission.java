package io.braid.verify;

import io.braid.task.Problem;

/**
 * A response to judge.
 *
 * @param problem the problem that was asked
 * @param response what a model wrote, not trusted
 * @param finished whether the response ended by itself, and not at a limit
 * @param ids its tokens, the end token among them; none where they are not known, as in files
 */
public record Submission(Problem problem, String response, boolean finished, long[] ids) {
  /** A response of which only the text is known. */
  public Submission(Problem problem, String response, boolean finished) {
    this(problem, response, finished, new long[0]);
  }

  /** A response that ended by itself. */
  public static Submission of(Problem problem, String response) {
    return new Submission(problem, response, true);
  }
}
