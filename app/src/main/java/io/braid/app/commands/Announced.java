package io.braid.app.commands;

import io.braid.MetricValues;
import io.braid.app.report.SuiteTable;
import io.braid.run.RunListener;
import io.braid.run.eval.Benchmark;
import java.util.List;

/**
 * Prints how the problems of a benchmark are asked, before showing its progress.
 *
 * @param benchmarks the benchmarks that are evaluated
 * @param listener shows the progress
 */
record Announced(List<Benchmark> benchmarks, RunListener listener) implements RunListener {
  @Override
  public void begins(String phase, int steps, int done) {
    benchmarks.stream()
        .filter(each -> each.name().equals(phase))
        .flatMap(each -> SuiteTable.announcement(each).stream())
        .forEach(System.err::println);
    listener.begins(phase, steps, done);
  }

  @Override
  public void stepped(int done, MetricValues metrics) {
    listener.stepped(done, metrics);
  }

  @Override
  public void notice(String text) {
    listener.notice(text);
  }

  @Override
  public void ends(String note) {
    listener.ends(note);
  }
}
