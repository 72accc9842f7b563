package io.braid.train;

import io.braid.model.Transformer;
import io.braid.tensor.Scope;
import io.braid.trajectory.Sequence;
import java.util.List;

/**
 * The measured time of a training pass.
 *
 * @param forward seconds per token of the forward pass
 * @param backward seconds per token of the backward pass
 * @param tokens number of tokens that were measured
 */
public record PassSpeed(double forward, double backward, long tokens) {
  private static final long ENOUGH = 2_000_000_000; // nanoseconds

  /**
   * Measures one micro-batch: the fastest of several passes within about two seconds, since the
   * first ones warm up. It leaves gradients in the model's parameters but does not change them.
   *
   * @param sequences at least one sequence; of these, one micro-batch is used
   * @param microBatchTokens maximum number of tokens in a micro-batch
   */
  public static PassSpeed measure(
      Transformer model, List<Sequence> sequences, int microBatchTokens) {
    List<Sequence> part = MicroBatches.split(sequences, each -> each, microBatchTokens).getFirst();
    long begun = System.nanoTime();
    PassSpeed best = measure(model, part);
    while (System.nanoTime() - begun < ENOUGH) {
      PassSpeed next = measure(model, part);
      best = next.forward + next.backward < best.forward + best.backward ? next : best;
    }
    return best;
  }

  private static PassSpeed measure(Transformer model, List<Sequence> part) {
    long begun = System.nanoTime();
    try (Scope scope = Scope.open()) {
      PackedBatch batch = PackedBatch.of(part, PackedBatch.Packing.PREDICTORS);
      TrainingPass pass =
          TrainingPass.of(
              model,
              batch,
              /* temperature= */ 1,
              Transformer.LatentTap.NONE,
              /* entropies= */ false);
      long middle = System.nanoTime();
      pass.backward(pass.logProbs().sum());
      long ended = System.nanoTime();
      long tokens = batch.input().ids().numel();
      return new PassSpeed(
          (middle - begun) / 1e9 / tokens, (ended - middle) / 1e9 / tokens, tokens);
    }
  }
}
