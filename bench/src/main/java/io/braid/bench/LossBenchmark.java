package io.braid.bench;

import io.braid.objective.loss.Cispo;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.Gspo;
import io.braid.objective.loss.LossBatch;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PpoClip;
import io.braid.recipe.Recipe;
import io.braid.rollout.Prompt;
import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;
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
 * Benchmarks the forward and backward pass of losses on given log-probabilities, without the model.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LossBenchmark {
  private static final int GROUP = 8;
  private static final int WIDTH = 96;

  /** The losses, with their default settings. */
  public enum Loss {
    PPO_CLIP(PpoClip.class),
    CISPO(Cispo.class),
    GSPO(Gspo.class),
    FLOWRL(Flowrl.class);

    private final Class<? extends Record> settings;

    Loss(Class<? extends Record> settings) {
      this.settings = settings;
    }

    private PolicyLoss create() {
      return ((LossSettings) Recipe.defaults(settings)).create(WIDTH, 1);
    }
  }

  @Param public Loss kind = Loss.PPO_CLIP;

  @Param({"256"})
  public int responses;

  /** Number of tokens of each response. */
  @Param({"8", "92"})
  public int length;

  private PolicyLoss loss;
  private Trajectories rows;
  private Tensor logProbs; // [n]
  private Tensor old; // [n]
  private Tensor advantages; // [n]
  private Tensor responseOf; // [n]
  private Tensor lengths; // [r]
  private Tensor groupOf; // [r]
  private Tensor promptStates; // [r, width]

  @Setup
  public void prepare() {
    loss = kind.create();
    loss.beginStep(1);
    int n = responses * length;
    rows =
        Trajectories.of(
            IntStream.range(0, responses / GROUP)
                .mapToObj(g -> new Prompt("p" + g, new long[] {g}))
                .toList(),
            IntStream.range(0, responses)
                .mapToObj(r -> new Sequence(new long[] {r / GROUP}, new long[length]))
                .toList(),
            IntStream.range(0, responses).map(r -> r / GROUP).toArray());
    long[] response = new long[n];
    Arrays.setAll(response, t -> t / length);
    long[] group = new long[responses];
    Arrays.setAll(group, r -> r / GROUP);
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(1)) {
      old = Tensor.rand(random, n).minus(3).owned();
      logProbs = old.plus(Tensor.randn(random, n).times(0.1)).owned();
      advantages = Tensor.randn(random, n).owned();
      responseOf = Tensor.of(response, n).owned();
      lengths = Tensor.full(DType.FLOAT32, length, responses).owned();
      groupOf = Tensor.of(group, responses).owned();
      promptStates = Tensor.randn(random, responses, WIDTH).owned();
    }
  }

  @TearDown
  public void free() {
    for (Tensor each :
        new Tensor[] {logProbs, old, advantages, responseOf, lengths, groupOf, promptStates}) {
      each.close();
    }
    loss.close();
  }

  /** Computes the loss and its gradient with respect to the log-probabilities. */
  @Benchmark
  public void lossAndBack() {
    try (Scope scope = Scope.open()) {
      Tensor now = logProbs.detach().requiresGrad(true);
      LossBatch batch =
          new LossBatch(
              rows,
              now,
              old,
              Optional.of(old),
              advantages,
              Optional.empty(),
              responseOf,
              lengths,
              groupOf,
              Optional.of(promptStates),
              new LossBatch.Totals((long) responses * length, responses, responses / GROUP));
      loss.of(batch).loss().backward();
    }
  }
}
