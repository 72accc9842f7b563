package io.braid.train;

import io.braid.Seeds;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.OptimizerState;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.nn.InputDropout;
import io.braid.nn.OptimizerSettings;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import java.util.List;
import java.util.OptionalInt;

/** Supervised fine-tuning: minimises the mean negative log-likelihood of the trained tokens. */
public final class Supervised implements AutoCloseable {
  private final Transformer model;
  private final Examples examples;
  private final Settings settings;
  private final AdamW optimizer;
  private long updates; // optimizer steps of all finished steps
  private int steps;

  /** A source of examples. */
  @FunctionalInterface
  public interface Examples {
    /**
     * Returns the examples of a step, always the same for the same step.
     *
     * @param step index of the step, from 0
     */
    List<Sequence> of(int step);
  }

  /**
   * Settings that are constant during a run.
   *
   * @param steps number of steps
   * @param microBatchTokens maximum number of tokens in a micro-batch
   * @param optimizer settings of the optimizer
   * @param seed seed of the dropout of adapters
   */
  public record Settings(int steps, int microBatchTokens, OptimizerSettings optimizer, long seed) {
    /** Creates settings with the seed 0. */
    public Settings(int steps, int microBatchTokens, OptimizerSettings optimizer) {
      this(steps, microBatchTokens, optimizer, 0);
    }
  }

  /**
   * The result of a step.
   *
   * @param step index of the step, from 0
   * @param loss mean negative log-likelihood per token before the step, in nats
   * @param gradientNorm norm of the gradient before clipping
   * @param learningRate learning rate of the step
   * @param tokens number of trained tokens
   * @param skippedSteps number of steps that were skipped so far because a gradient was not finite
   */
  public record Report(
      int step,
      double loss,
      double gradientNorm,
      double learningRate,
      long tokens,
      long skippedSteps) {}

  /** Creates a trainer at step 0; the caller closes the model. */
  public Supervised(Transformer model, Examples examples, Settings settings) {
    this.model = model;
    this.examples = examples;
    this.settings = settings;
    this.optimizer =
        new AdamW(
            settings.optimizer().adam(),
            List.of(settings.optimizer().group(model.trained(), settings.steps())));
  }

  /** Runs one optimizer step. */
  public Report step(int step) {
    steps = step;
    List<Sequence> sequences = examples.of(step);
    long tokens = sequences.stream().mapToLong(Sequence::trained).sum();
    double total = 0;
    long ofStep = Seeds.derive(settings.seed(), Seeds.Stream.ADAPTER_DROPOUT, step);
    int parts = 0;
    for (List<Sequence> part :
        MicroBatches.split(sequences, each -> each, settings.microBatchTokens())) {
      long key = Seeds.derive(ofStep, Seeds.Stream.ADAPTER_DROPOUT, parts++);
      try (Scope scope = Scope.open();
          InputDropout.On dropping = model.dropping(key)) {
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
    model.merge();
    updates = optimizer.begun();
    steps = step + 1;
    return new Report(
        step, total, outcome.gradientNorm(), optimizer.rate(step), tokens, optimizer.skipped());
  }

  /**
   * Returns the number of steps that the weights include, under which they can be saved; empty if a
   * step failed while it changed them.
   */
  public OptionalInt finished() {
    return optimizer.begun() == updates ? OptionalInt.of(steps) : OptionalInt.empty();
  }

  /** Returns the optimizer as checkpoint parts; the model is saved separately. */
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
