package io.braid.run;

import io.braid.MetricValues;
import io.braid.rollout.SamplingProgress;

/** Receives the progress of a run. */
public interface RunListener {
  /** Ignores everything. */
  RunListener SILENT =
      new RunListener() {
        @Override
        public void begins(String phase, int steps, int done) {}

        @Override
        public void stepped(int done, MetricValues metrics) {}

        @Override
        public void notice(String text) {}

        @Override
        public void ends(String note) {}
      };

  /**
   * Called when a phase begins.
   *
   * @param phase name of the phase
   * @param steps number of steps of the phase
   * @param done number of steps that an earlier session has done
   */
  void begins(String phase, int steps, int done);

  /**
   * Called when a step has ended.
   *
   * @param done number of steps done so far
   * @param metrics metrics of the step
   */
  void stepped(int done, MetricValues metrics);

  /** Called when the estimate of the time that the phase still takes changes. */
  default void remains(TimeLeft left) {}

  /** Called several times a second while responses are sampled, possibly from another thread. */
  default void sampling(SamplingProgress progress) {}

  /**
   * Called when a training run writes samples, with one of them to show.
   *
   * @param done number of steps done so far, including the one that the sample belongs to
   */
  default void sampled(int done, Sample sample) {}

  /**
   * Called while the model is evaluated between two steps.
   *
   * @param done number of problems whose responses have been judged
   * @param problems number of all problems
   */
  default void evaluating(int done, int problems) {}

  /** Receives a message to show at once; may be called from another thread. */
  void notice(String text);

  /**
   * Called when the phase has ended.
   *
   * @param note why it ended before its last step; empty if it did not
   */
  void ends(String note);
}
