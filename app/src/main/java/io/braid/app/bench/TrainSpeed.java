package io.braid.app.bench;

import io.braid.UserError;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import io.braid.train.Supervised;
import io.braid.trajectory.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Measures training steps on responses of very different lengths: forward and backward pass of the
 * mean of −log p over their tokens, gradient clipping, and AdamW with float32 master weights.
 *
 * @param stepMs the time of each step, in milliseconds
 * @param tokens prompt and response tokens of a step
 * @param responseTokens response tokens of a step, which are the trained tokens
 * @param flops operations that a step needs, counted by {@link TrainFlops}
 * @param peakMb peak resident memory, including the optimizer's state; empty if unknown
 */
public record TrainSpeed(
    List<Double> stepMs, long tokens, long responseTokens, double flops, OptionalLong peakMb) {
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(1e-5, 0, LearningRate.Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);

  /**
   * Settings of the benchmark.
   *
   * @param sequences number of sequences, each of 16 prompt tokens and a response
   * @param longest maximum length of a response, in tokens
   * @param microBatchTokens maximum number of tokens in a micro-batch
   * @param warmUp number of steps before the first timed step
   * @param runs number of timed steps
   */
  public record Settings(int sequences, int longest, int microBatchTokens, int warmUp, int runs) {
    /** Checks the settings. */
    public Settings {
      if (sequences < 1 || longest < 1 || microBatchTokens < 1 || runs < 1) {
        throw new UserError(
            "--sequences, --longest, --micro-batch-tokens and --runs must be at least 1");
      }
      if (warmUp < 0) {
        throw new UserError("--warm-up: must be 0 or more, got " + warmUp);
      }
    }
  }

  /**
   * Trains the model and measures each step.
   *
   * @param before called before each timed step
   */
  public static TrainSpeed measure(Transformer model, Settings settings, Runnable before) {
    List<Sequence> sequences =
        new Workload(model.config()).sequences(settings.sequences, settings.longest);
    List<Double> times = new ArrayList<>();
    PeakMemory.restart();
    try (Supervised trainer =
        new Supervised(
            model,
            _ -> sequences,
            new Supervised.Settings(
                settings.warmUp + settings.runs, settings.microBatchTokens, OPTIMIZER))) {
      for (int step = 0; step < settings.warmUp + settings.runs; step++) {
        boolean counts = step >= settings.warmUp;
        if (counts) {
          before.run();
        }
        long start = System.nanoTime();
        trainer.step(step);
        if (counts) {
          times.add((System.nanoTime() - start) / 1e6);
        }
      }
    }
    return new TrainSpeed(
        times,
        sequences.stream().mapToLong(Sequence::length).sum(),
        sequences.stream().mapToLong(each -> each.response().length).sum(),
        TrainFlops.of(model.config(), sequences),
        PeakMemory.megabytes());
  }

  /** Returns the tokens per second of each run, including prompt tokens. */
  public List<Double> tokensPerSecond() {
    return stepMs.stream().map(ms -> tokens / ms * 1e3).toList();
  }

  /**
   * Returns the fraction of the machine's peak that each run used for the operations that the step
   * needs.
   *
   * @param gigaflops speed of the best matrix product before each run, in 10⁹ operations per second
   */
  public List<Double> utilisation(List<Double> gigaflops) {
    List<Double> shares = new ArrayList<>();
    for (int run = 0; run < stepMs.size(); run++) {
      shares.add(flops / (stepMs.get(run) / 1e3) / (gigaflops.get(run) * 1e9));
    }
    return shares;
  }
}
