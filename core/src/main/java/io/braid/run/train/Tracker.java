package io.braid.run.train;

import io.braid.MetricValues;

/** A service that receives a copy of a run's metrics. */
interface Tracker extends AutoCloseable {
  /** Receives nothing. */
  Tracker NONE =
      new Tracker() {
        @Override
        public void record(long step, MetricValues values, long time) {}

        @Override
        public void amend(long step, MetricValues values, long time) {}

        @Override
        public void ended(Outcome outcome) {}

        @Override
        public void close() {}
      };

  /** How a run ended. */
  enum Outcome {
    /** All steps are done, or further ones would not have improved the model. */
    FINISHED,
    /** A signal stopped it; it can be resumed. */
    STOPPED,
    /** An error ended it, or it no longer learned. */
    FAILED
  }

  /**
   * Receives the metrics of a step.
   *
   * @param step counted from 1
   * @param time milliseconds since 1970
   */
  void record(long step, MetricValues values, long time);

  /** Receives further metrics of a step that may have been recorded. */
  void amend(long step, MetricValues values, long time);

  /** Sets how the run ended; by default, it has failed. */
  void ended(Outcome outcome);

  @Override
  void close();
}
