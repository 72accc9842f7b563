package io.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Every benchmark runs once at its smallest setting: for that they go on running, not for times.
 */
class BenchmarksRunTest {
  static {
    System.setProperty("jmh.ignoreLock", "true"); // others may measure on this machine
  }

  @Test
  void eachRunsOnce() throws RunnerException {
    Options once =
        new OptionsBuilder()
            .include("io\\.braid\\..*")
            .mode(Mode.SingleShotTime)
            .warmupIterations(0)
            .measurementIterations(1)
            .forks(0)
            .param("rows", "8")
            .param("shape", "512x2816")
            .param("vocabulary", "110")
            .param("sequences", "16")
            .param("longest", "64")
            .param("length", "8")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    Collection<RunResult> results = new Runner(once).run();
    assertThat(results)
        .extracting(result -> result.getParams().getBenchmark())
        .contains(
            "io.braid.bench.KernelBenchmark.linear",
            "io.braid.bench.AttentionBenchmark.packedAndBack",
            "io.braid.bench.AttentionBenchmark.cached",
            "io.braid.bench.SamplerBenchmark.draw",
            "io.braid.bench.VerifierBenchmark.mathematics",
            "io.braid.bench.LossBenchmark.lossAndBack",
            "io.braid.bench.PackingBenchmark.split");
  }
}
