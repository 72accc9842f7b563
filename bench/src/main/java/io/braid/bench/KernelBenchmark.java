package io.braid.bench;

import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Benchmarks the forward operators of a layer: linear maps, the norm, and the gate of the MLP. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
  /** Number of tokens computed together; 1 is decoding with batch size 1. */
  @Param({"1", "8", "64", "512"})
  public int rows;

  /**
   * Input and output widths: gate and up projections of the shapes small and 0.5b, down projection
   * and head of 0.5b.
   */
  @Param({"512x2816", "896x9728", "4864x896", "896x151936"})
  public String shape = "";

  @Param({"FLOAT32", "BFLOAT16"})
  public DType dtype = DType.FLOAT32;

  private Tensor x; // [rows, in]
  private Tensor weight; // [out, in]
  private Tensor norm; // [in]

  @Setup
  public void prepare() {
    String[] sizes = shape.split("x", 2);
    long in = Long.parseLong(sizes[0]);
    long out = Long.parseLong(sizes[1]);
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(1)) {
      x = Tensor.randn(random, rows, in).to(dtype).owned();
      weight = Tensor.randn(random, out, in).times(0.02).to(dtype).owned();
      norm = Tensor.ones(dtype, in).owned();
    }
  }

  @TearDown
  public void free() {
    x.close();
    weight.close();
    norm.close();
  }

  /** Measures the linear map x·Wᵀ. */
  @Benchmark
  public void linear() {
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      Functional.linear(x, weight);
    }
  }

  /** Measures RMSNorm of the inputs. */
  @Benchmark
  public void rmsNorm() {
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      Functional.rmsNorm(x, norm, 1e-6);
    }
  }

  /** Measures the gate silu(x) ⊙ x at the input width. */
  @Benchmark
  public void gate() {
    try (Gradients off = Gradients.inference();
        Scope scope = Scope.open()) {
      Functional.silu(x).times(x);
    }
  }
}
