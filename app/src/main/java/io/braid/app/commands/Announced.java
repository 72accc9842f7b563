package io.braid.app.commands;

import io.braid.app.report.SuiteTable;
import io.braid.run.RelayedListener;
import io.braid.run.RunListener;
import io.braid.run.eval.Benchmark;
import java.util.List;

/** Prints how the problems of a benchmark are asked, before showing its progress. */
final class Announced extends RelayedListener {
  private final List<Benchmark> benchmarks;

  /**
   * Creates a listener.
   *
   * @param benchmarks the benchmarks that are evaluated
   * @param listener shows the progress
   */
  Announced(List<Benchmark> benchmarks, RunListener listener) {
    super(listener);
    this.benchmarks = benchmarks;
  }

  @Override
  public void begins(String phase, int steps, int done) {
    benchmarks.stream()
        .filter(each -> each.name().equals(phase))
        .flatMap(each -> SuiteTable.announcement(each).stream())
        .forEach(System.err::println);
    super.begins(phase, steps, done);
  }
}
