package io.braid.app.bench;

import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine that numbers come from.
 *
 * @param cpu its processor's name
 * @param cores processors that the JVM sees
 * @param threads that an operator may use
 * @param jdk the Java runtime
 * @param engine the version of libtorch
 * @param blas the library that multiplies matrices
 * @param float32Gflops measured peak of a matrix product, 10⁹ operations a second
 * @param bfloat16Gflops the same of half-width numbers
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

  /** Looks, and measures the peaks: some seconds. */
  public static Machine measure() {
    return new Machine(
        cpuName(),
        Runtime.getRuntime().availableProcessors(),
        Engine.threads(),
        Runtime.version().toString(),
        Engine.version(),
        Engine.blas(),
        MachinePeaks.matmul(DType.FLOAT32),
        MachinePeaks.matmul(DType.BFLOAT16),
        MachinePeaks.copy());
  }

  private static String cpuName() {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (Stream<String> lines = Files.lines(info)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch", "unknown"));
      } catch (IOException e) {
        // What the JVM knows must do.
      }
    }
    return System.getProperty("os.arch", "unknown");
  }
}
