package io.braid.app;

import io.braid.MetricValues;
import io.braid.run.RunListener;

/** Ends a run as a crash would, after so many steps. */
record BreaksAfter(int steps) implements RunListener {
  @Override
  public void begins(String phase, int all, int done) {}

  @Override
  public void stepped(int done, MetricValues metrics) {
    if (done == steps) {
      throw new IllegalStateException("broken");
    }
  }

  @Override
  public void notice(String text) {}

  @Override
  public void ends(String note) {}
}
