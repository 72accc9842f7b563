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
 * The time of a training step on responses of very different lengths: forward and backward pass of
 * the mean of −log p over their tokens, gradient clipping, and AdamW with float32 master weights.
 *
 * @param stepMs the time of each step, in milliseconds
 * @param tokens prompt and response tokens of a step
 * @param responseTokens response tokens of a step, which are those trained on
 * @param flops operations that a step needs, as {@link TrainFlops} counts
 * @param peakMb peak resident memory, including the optimizer's state; empty where unknown
 */
public record TrainSpeed(
    List<Double> stepMs, long tokens, long responseTokens, double flops, OptionalLong peakMb) {
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(1e-5, 0, LearningRate.Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);

  /**
   * What to train on.
   *
   * @param sequences number of sequences, each of 16 prompt tokens and a response
   * @param longest the most tokens of a response
   * @param microBatchTokens the most tokens computed at once
   * @param warmUp number of steps before the first timed one
   * @param runs number of timed steps
   */
  public record Settings(int sequences, int longest, int microBatchTokens, int warmUp, int runs) {
    /** Checks the settings. */
    public Settings {
      if (sequences < 1 || longest < 1 || microBatchTokens < 1 || runs < 1) {
        throw new UserError("--sequences, --longest, --micro-batch-tokens and --runs: at least 1");
      }
      if (warmUp < 0) {
        throw new UserError("--warm-up: must be 0 or more, got " + warmUp);
      }
    }
  }

  /**
   * Trains the model and measures.
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

  /** Tokens a second, prompts counted, of each run. */
  public List<Double> tokensPerSecond() {
    return stepMs.stream().map(ms -> tokens / ms * 1e3).toList();
  }

  /**
   * Which share of the machine's peak each run used for operations that the step needs.
   *
   * @param gigaflops 10⁹ operations a second of the best matrix product, before each run
   */
  public List<Double> utilisation(List<Double> gigaflops) {
    List<Double> shares = new ArrayList<>();
    for (int run = 0; run < stepMs.size(); run++) {
      shares.add(flops / (stepMs.get(run) / 1e3) / (gigaflops.get(run) * 1e9));
    }
    return shares;
  }
}
