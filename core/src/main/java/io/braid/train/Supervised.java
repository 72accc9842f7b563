package io.braid.train;

import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.OptimizerState;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.nn.OptimizerSettings;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import java.util.List;
import java.util.OptionalInt;

/** Supervised fine-tuning on the mean negative log-likelihood of the trained tokens. */
public final class Supervised implements AutoCloseable {
  private final Transformer model;
  private final Examples examples;
  private final Settings settings;
  private final AdamW optimizer;
  private long updates; // optimizer steps of all finished steps
  private int steps;

  /** Where examples come from. */
  @FunctionalInterface
  public interface Examples {
    /**
     * The examples of one step; the same for the same step.
     *
     * @param step from 0
     */
    List<Sequence> of(int step);
  }

  /**
   * What does not change during a run.
   *
   * @param steps how many
   * @param microBatchTokens the most tokens computed at once
   * @param optimizer settings of the optimizer
   */
  public record Settings(int steps, int microBatchTokens, OptimizerSettings optimizer) {}

  /**
   * What a step did.
   *
   * @param step from 0
   * @param loss mean negative log-likelihood of a token before the step, in nats
   * @param gradientNorm before clipping
   * @param learningRate of the step
   * @param tokens trained tokens
   * @param skippedSteps so far, because a gradient was not finite
   */
  public record Report(
      int step,
      double loss,
      double gradientNorm,
      double learningRate,
      long tokens,
      long skippedSteps) {}

  /** A trainer at step 0; the model is the caller's. */
  public Supervised(Transformer model, Examples examples, Settings settings) {
    this.model = model;
    this.examples = examples;
    this.settings = settings;
    this.optimizer =
        new AdamW(
            settings.optimizer().adam(),
            List.of(settings.optimizer().group(model.parameters(), settings.steps())));
  }

  /** One optimizer step. */
  public Report step(int step) {
    steps = step;
    List<Sequence> sequences = examples.of(step);
    long tokens = sequences.stream().mapToLong(Sequence::trained).sum();
    double total = 0;
    for (List<Sequence> part :
        MicroBatches.split(sequences, each -> each, settings.microBatchTokens())) {
      try (Scope scope = Scope.open()) {
        PackedBatch batch = PackedBatch.of(part, PackedBatch.Packing.PREDICTORS);
        TrainingPass pass =
            TrainingPass.of(
                model,
                batch,
                /* temperature= */ 1,
                Transformer.LatentTap.NONE,
                /* entropies= */ false);
        Tensor loss = pass.logProbs().sum().negate().div(tokens); // scalar
        pass.backward(loss);
        optimizer.accumulate();
        total += loss.item();
      }
    }
    AdamW.Outcome outcome = optimizer.step(step);
    updates = optimizer.begun();
    steps = step + 1;
    return new Report(
        step, total, outcome.gradientNorm(), optimizer.rate(step), tokens, optimizer.skipped());
  }

  /**
   * How many steps of the run the weights have seen, so that they may be saved as a checkpoint of
   * so many; empty when a step failed while it moved them.
   */
  public OptionalInt finished() {
    return optimizer.begun() == updates ? OptionalInt.of(steps) : OptionalInt.empty();
  }

  /** The optimizer; the model is saved by itself. */
  public CheckpointParts parts() {
    return CheckpointParts.none()
        .with(
            OptimizerState.FILE,
            file -> OptimizerState.save(file, optimizer, List.of()),
            file -> OptimizerState.restore(file, optimizer, List.of()));
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
