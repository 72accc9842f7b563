package io.braid.train;

import io.braid.Seeds;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.OptimizerState;
import io.braid.flow.FieldQuality;
import io.braid.flow.FlowContext;
import io.braid.flow.FlowField;
import io.braid.flow.FlowMatching;
import io.braid.flow.Latents;
import io.braid.flow.VelocityDeviation;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.nn.OptimizerSettings;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Trains a flow field on a frozen model's hidden states of correct responses (arXiv 2510.10201,
 * section 3.1): the mean flow-matching loss of the responses' tokens.
 */
public final class FlowTraining implements AutoCloseable {
  private final Transformer policy;
  private final FlowField field;
  private final Supervised.Examples examples;
  private final Settings settings;
  private final AdamW optimizer;
  private long updates; // optimizer steps of all finished steps
  private int steps;

  /**
   * Settings that are constant during a run.
   *
   * @param steps number of steps
   * @param microBatchTokens maximum number of tokens in a micro-batch
   * @param samples number of samples of time and noise per token
   * @param seed seed of times and noise
   * @param optimizer settings of the optimizer
   */
  public record Settings(
      int steps, int microBatchTokens, int samples, long seed, OptimizerSettings optimizer) {}

  /**
   * The result of a step.
   *
   * @param loss loss before the step
   * @param gradientNorm norm of the gradient before clipping
   * @param learningRate learning rate of the step
   * @param tokens number of response tokens
   * @param skippedSteps number of steps that were skipped so far because a gradient was not finite
   */
  public record Report(
      double loss, double gradientNorm, double learningRate, long tokens, long skippedSteps) {}

  /** Creates a trainer at step 0; the caller closes the policy and the field. */
  public FlowTraining(
      Transformer policy, FlowField field, Supervised.Examples examples, Settings settings) {
    this.policy = policy;
    this.field = field;
    this.examples = examples;
    this.settings = settings;
    this.optimizer =
        new AdamW(
            settings.optimizer().adam(),
            List.of(settings.optimizer().group(field.parameters(), settings.steps())));
  }

  /** Runs one optimizer step. */
  public Report step(int step) {
    steps = step;
    List<Sequence> sequences = examples.of(step);
    double total = 0;
    try (FlowMatching loss =
        loss(sequences, Seeds.derive(settings.seed(), Seeds.Stream.LOSS, step))) {
      for (List<Sequence> part : split(sequences)) {
        try (Scope scope = Scope.open()) {
          Latents latents = latents(part);
          total += loss.learn(latents, ones(latents));
          optimizer.accumulate();
        }
      }
    }
    AdamW.Outcome outcome = optimizer.step(step);
    updates = optimizer.begun();
    steps = step + 1;
    long tokens = sequences.stream().mapToLong(sequence -> sequence.response().length).sum();
    return new Report(
        total, outcome.gradientNorm(), optimizer.rate(step), tokens, optimizer.skipped());
  }

  /** Computes the loss on held-out sequences, with the same noise each time. */
  public double loss(List<Sequence> sequences) {
    double total = 0;
    try (FlowMatching loss = loss(sequences, settings.seed())) {
      for (List<Sequence> part : split(sequences)) {
        try (Scope scope = Scope.open()) {
          Latents latents = latents(part);
          total += loss.measure(latents, ones(latents));
        }
      }
    }
    return total;
  }

  /** Measures the field's quality on held-out sequences. */
  public FieldQuality quality(List<Sequence> sequences) {
    FieldQuality.Accumulator accumulator =
        new FieldQuality.Accumulator(field, VelocityDeviation.PUBLISHED, settings.seed());
    int longest = sequences.stream().mapToInt(each -> each.response().length).max().orElse(1);
    for (List<Sequence> part : split(sequences)) {
      try (Scope scope = Scope.open()) {
        accumulator.add(latents(part), longest);
      }
    }
    for (List<Sequence> part : split(foreign(sequences))) {
      try (Scope scope = Scope.open()) {
        accumulator.addForeign(latents(part), longest);
      }
    }
    return accumulator.quality(loss(sequences));
  }

  /** Combines each prompt with the response to the next prompt. */
  private static List<Sequence> foreign(List<Sequence> sequences) {
    List<Sequence> foreign = new ArrayList<>();
    for (int s = 0; s < sequences.size(); s++) {
      foreign.add(
          new Sequence(
              sequences.get(s).promptTokens(),
              sequences.get((s + 1) % sequences.size()).response()));
    }
    return foreign;
  }

  private FlowMatching loss(List<Sequence> sequences, long seed) {
    List<FlowContext> contexts = field.settings().contexts();
    double[] divisors = new double[contexts.size()];
    for (Sequence each : sequences) {
      float[] ones = new float[each.response().length];
      Arrays.fill(ones, 1);
      FlowMatching.weigh(contexts, each.prompt().length, ones, divisors);
    }
    return new FlowMatching(field, settings.samples(), divisors, seed);
  }

  private List<List<Sequence>> split(List<Sequence> sequences) {
    return MicroBatches.split(sequences, each -> each, settings.microBatchTokens());
  }

  private Latents latents(List<Sequence> part) {
    PackedBatch batch = PackedBatch.of(part);
    Latents latents = field.latents(batch.sequences());
    try (Gradients off = Gradients.off()) {
      policy.latents(batch.input(), batch.attention(), latents, latents.depth());
    }
    return latents;
  }

  private static Tensor ones(Latents latents) {
    return Tensor.ones(DType.FLOAT32, latents.tokens()); // [n]
  }

  /**
   * Returns the number of steps that the weights include, under which they can be saved; empty if a
   * step failed while it changed them.
   */
  public OptionalInt finished() {
    return optimizer.begun() == updates ? OptionalInt.of(steps) : OptionalInt.empty();
  }

  /** Returns the optimizer as checkpoint parts; the field is saved separately. */
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
