package io.braid.bench;

import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen2;
import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.tensor.DType;
import java.util.List;
import java.util.Optional;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Benchmarks token sampling by rollouts of one token per response; the model is so narrow that most
 * of the time goes to the head and to sampling.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SamplerBenchmark {
  private static final int PROMPTS = 8;

  /** Number of rows sampled at once, a multiple of 8. */
  @Param({"8", "512"})
  public int rows;

  @Param({"110", "4096", "151936"})
  public int vocabulary;

  /** The filter that truncates the distribution. */
  @Param({"none", "topK", "topP"})
  public String filter = "none";

  private Transformer model;
  private Rollout rollout;
  private List<Prompt> prompts;

  @Setup
  public void prepare() {
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            vocabulary,
            8,
            8,
            1,
            1,
            1,
            8,
            1e-6,
            new ModelConfig.Rope(1e6, Optional.empty()),
            true,
            true,
            false,
            false,
            64,
            0.5);
    model = Transformer.create(config, DType.FLOAT32, 1);
    SamplingSettings settings =
        new SamplingSettings(
            rows / PROMPTS,
            0.8,
            filter.equals("topP") ? 0.9 : 1,
            filter.equals("topK") ? 50 : 0,
            0,
            1,
            List.of(),
            List.of());
    rollout = new Rollout(model, settings, _ -> "", 1L << 30);
    prompts =
        IntStream.range(0, PROMPTS)
            .mapToObj(p -> new Prompt("bench:" + p, new long[] {p, p + 1}))
            .toList();
  }

  @TearDown
  public void free() {
    model.close();
  }

  /** Samples one token for each row. */
  @Benchmark
  public List<Group> draw() {
    return rollout.sample(prompts, 1);
  }
}
