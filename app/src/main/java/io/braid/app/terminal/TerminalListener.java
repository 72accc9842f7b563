package io.braid.app.terminal;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.objective.loss.Flowrl;
import io.braid.rollout.ResponseMetrics;
import io.braid.rollout.SamplingProgress;
import io.braid.run.RunListener;
import io.braid.run.Sample;
import io.braid.run.TimeLeft;
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
import java.util.function.Supplier;

/**
 * Shows a run on standard error: a progress bar with the most important metrics, and, for a single
 * training run, a row of a table every few steps and now and then a sample.
 */
public final class TerminalListener implements RunListener, AutoCloseable {
  /**
   * A metric that is measured only at some steps; its last value is shown until it is measured
   * again.
   */
  private static final Metric KEPT = StepMetrics.VALIDATION_LOSS;

  /** The metrics that are shown beside a bar, if present, with their formats. */
  private static final Map<Metric, String> SHOWN = shown();

  private final Supplier<Optional<StepLog>> log;
  private MetricValues kept = new MetricValues();
  private int last; // steps done
  private boolean computerTold;
  private Optional<Progress> progress = Optional.empty();
  private Optional<StepLog> rows = Optional.empty();
  private volatile String shown = "";

  /** Creates a listener that shows each phase as a bar, for commands with many phases. */
  public TerminalListener() {
    this(Optional::empty);
  }

  private TerminalListener(Supplier<Optional<StepLog>> log) {
    this.log = log;
  }

  /** Creates a listener that also prints a table of the steps, for a single training run. */
  public static TerminalListener withRows() {
    return new TerminalListener(() -> Optional.of(StepLog.onStandardError()));
  }

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
    shown = "";
    rows = log.get();
    rows.ifPresent(each -> each.begins(steps));
    if (rows.isEmpty() || StandardStream.ERROR.columns().isPresent()) {
      progress = Optional.of(Progress.start(phase, done, steps));
    }
    last = done;
  }

  @Override
  public void stepped(int done, MetricValues metrics) {
    last = done;
    kept.putIf(metrics.has(KEPT), KEPT, metrics.get(KEPT));
    if (rows.isPresent()) {
      rows.get().stepped(done, metrics).forEach(this::print);
    } else {
      shown = line(new MetricValues().putAll(kept).putAll(metrics));
    }
    progress.ifPresent(bar -> bar.at(done, shown));
  }

  @Override
  public void remains(TimeLeft left) {
    rows.ifPresent(each -> each.remains(left));
    progress.ifPresent(bar -> bar.remains(left));
  }

  @Override
  public void sampling(SamplingProgress sampling) {
    if (shown.isEmpty()) {
      String now =
          sampling.ended() == sampling.all()
              ? ""
              : String.format(
                  Locale.ROOT,
                  "sampling: %,d of %,d responses, %,d tokens",
                  sampling.ended(),
                  sampling.all(),
                  sampling.tokens());
      progress.ifPresent(bar -> bar.now(now));
    }
  }

  @Override
  public void sampled(int done, Sample sample) {
    rows.ifPresent(each -> each.sampled(done, sample));
  }

  @Override
  public void evaluating(int done, int problems) {
    progress.ifPresent(
        bar -> bar.at(last, "evaluation: %s of %s problems".formatted(done, problems)));
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
    print(Printable.text(text));
  }

  private void print(String lines) {
    progress.ifPresentOrElse(bar -> bar.print(lines), () -> System.err.println(lines));
  }

  @Override
  public void ends(String note) {
    close();
    rows.flatMap(StepLog::summary).ifPresent(System.err::println);
    rows = Optional.empty();
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
