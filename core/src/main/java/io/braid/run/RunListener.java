package io.braid.run;

import io.braid.MetricValues;

/** Told how a run goes on; what it does with it is its own matter. */
public interface RunListener {
  /** Listens to nothing. */
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
   * A phase begins.
   *
   * @param phase its name
   * @param steps how many it has
   * @param done how many of them were done before
   */
  void begins(String phase, int steps, int done);

  /**
   * A step ended.
   *
   * @param done how many are done now
   * @param metrics what it measured
   */
  void stepped(int done, MetricValues metrics);

  /** Something to say at once; may come from another thread. */
  void notice(String text);

  /**
   * The phase ended.
   *
   * @param note why, when it was not by reaching its last step; else empty
   */
  void ends(String note);
}
