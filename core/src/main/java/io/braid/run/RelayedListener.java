package io.braid.run;

import io.braid.MetricValues;
import io.braid.rollout.SamplingProgress;

/** Passes everything on to another listener; subclasses change some of it. */
public class RelayedListener implements RunListener {
  private final RunListener to;

  /** Creates a listener that passes everything on. */
  protected RelayedListener(RunListener to) {
    this.to = to;
  }

  @Override
  public void begins(String phase, int steps, int done) {
    to.begins(phase, steps, done);
  }

  @Override
  public void stepped(int done, MetricValues metrics) {
    to.stepped(done, metrics);
  }

  @Override
  public void remains(TimeLeft left) {
    to.remains(left);
  }

  @Override
  public void sampling(SamplingProgress progress) {
    to.sampling(progress);
  }

  @Override
  public void sampled(int done, Sample sample) {
    to.sampled(done, sample);
  }

  @Override
  public void evaluating(int done, int problems) {
    to.evaluating(done, problems);
  }

  @Override
  public void notice(String text) {
    to.notice(text);
  }

  @Override
  public void ends(String note) {
    to.ends(note);
  }
}
