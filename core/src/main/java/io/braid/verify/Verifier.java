package io.braid.verify;

import io.braid.task.Problem;

/** Judges responses. Safe for use by several threads. */
@FunctionalInterface
public interface Verifier {
  /**
   * What the response is worth. The work is bounded and no response makes this throw.
   *
   * @param problem the problem that was asked
   * @param response what a model wrote, not trusted
   */
  Verdict judge(Problem problem, String response);
}
