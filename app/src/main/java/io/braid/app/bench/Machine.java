package io.braid.app.bench;

import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import io.braid.tensor.Processor;

/**
 * The machine on which figures were measured.
 *
 * @param cpu name of the processor
 * @param cores number of processors that the JVM sees
 * @param threads number of threads that an operator may use
 * @param jdk the Java runtime
 * @param engine version of libtorch
 * @param blas the library that multiplies matrices
 * @param float32Gflops measured peak of a float32 matrix product, in 10⁹ operations per second
 * @param bfloat16Gflops measured peak of a bfloat16 matrix product, in 10⁹ operations per second
 * @param copy measured copy bandwidth
 */
public record Machine(
    String cpu,
    int cores,
    int threads,
    String jdk,
    String engine,
    String blas,
    double float32Gflops,
    double bfloat16Gflops,
    MachinePeaks.Copy copy) {

  /** Measures the peaks, which takes several seconds. */
  public static Machine measure() {
    return new Machine(
        Processor.here().name(),
        Runtime.getRuntime().availableProcessors(),
        Engine.threads(),
        Runtime.version().toString(),
        Engine.version(),
        Backend.current().blas().libraries(),
        MachinePeaks.matmul(DType.FLOAT32),
        MachinePeaks.matmul(DType.BFLOAT16),
        MachinePeaks.copy());
  }
}
