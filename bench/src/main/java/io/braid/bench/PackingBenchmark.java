package io.braid.bench;

import io.braid.tensor.Scope;
import io.braid.train.MicroBatches;
import io.braid.train.PackedBatch;
import io.braid.trajectory.Sequence;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Benchmarks the packing of sequences into micro-batches. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PackingBenchmark {
  private static final double GOLDEN = 0.6180339887;

  @Param({"256", "4096"})
  public int sequences;

  @Param({"16384"})
  public int microBatchTokens;

  private List<Sequence> all;
  private List<Sequence> part;

  @Setup
  public void prepare() {
    all =
        IntStream.range(0, sequences)
            .mapToObj(i -> {
              double share = i * GOLDEN % 1;
              return new Sequence(new long[16], new long[1 + (int) (256 * share * share)]);
            })
            .toList();
    part = split().getFirst();
  }

  /** Splits sequences into micro-batches. */
  @Benchmark
  public List<List<Sequence>> split() {
    return MicroBatches.split(all, each -> each, microBatchTokens);
  }

  /** Packs one micro-batch into tensors. */
  @Benchmark
  public void pack() {
    try (Scope scope = Scope.open()) {
      PackedBatch.of(part);
    }
  }
}
