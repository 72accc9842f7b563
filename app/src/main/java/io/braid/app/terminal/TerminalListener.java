package io.braid.app.terminal;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.objective.loss.Flowrl;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.RunListener;
import io.braid.tensor.Backend;
import io.braid.tensor.Engine;
import io.braid.train.StepMetrics;
import io.braid.verify.VerdictMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows a run on standard error: a progress bar and the most important metrics. */
public final class TerminalListener implements RunListener, AutoCloseable {
  /**
   * A metric that is measured only at some steps; its last value is shown until it is measured
   * again.
   */
  private static final Metric KEPT = StepMetrics.VALIDATION_LOSS;

  /** The metrics that are shown for a step, if present, with their formats. */
  private static final Map<Metric, String> SHOWN = shown();

  private MetricValues kept = new MetricValues();
  private boolean computerTold;
  private Optional<Progress> progress = Optional.empty();

  private static Map<Metric, String> shown() {
    Map<Metric, String> shown = new LinkedHashMap<>();
    shown.put(VerdictMetrics.ACCURACY, "accuracy %.2f");
    shown.put(StepMetrics.ENTROPY, "entropy %.2f");
    shown.put(ResponseMetrics.RESPONSE_LENGTH, "length %.1f");
    shown.put(StepMetrics.LOSS, "loss %.3f");
    shown.put(KEPT, "last validation %.3f");
    shown.put(Flowrl.LOG_Z, "log Z %.2f");
    shown.put(StepMetrics.MISMATCH_MAX, "mismatch %.0e");
    return shown;
  }

  @Override
  public void begins(String phase, int steps, int done) {
    close();
    if (!computerTold && Engine.isStarted()) {
      System.err.println("computing on " + Backend.current().line());
      computerTold = true;
    }
    kept = new MetricValues();
    progress = Optional.of(Progress.start(phase, done, steps));
  }

  @Override
  public void stepped(int done, MetricValues metrics) {
    kept.putIf(metrics.has(KEPT), KEPT, metrics.get(KEPT));
    MetricValues shown = new MetricValues().putAll(kept).putAll(metrics);
    progress.ifPresent(bar -> bar.at(done, line(shown)));
  }

  /** Formats the metrics; a metric that was not measured is left out. */
  static String line(MetricValues metrics) {
    List<String> parts = new ArrayList<>();
    SHOWN.forEach((metric, format) -> {
      if (metrics.has(metric)) {
        parts.add(String.format(Locale.ROOT, format, metrics.get(metric)));
      }
    });
    return String.join(" · ", parts);
  }

  @Override
  public void notice(String text) {
    System.err.println();
    System.err.println(Printable.text(text));
  }

  @Override
  public void ends(String note) {
    close();
    if (!note.isEmpty()) {
      System.err.println(Printable.text(note));
    }
  }

  @Override
  public void close() {
    progress.ifPresent(Progress::close);
    progress = Optional.empty();
  }
}
