package io.braid.experiment.audit;

import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen2;
import io.braid.objective.loss.Flowrl;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.sampling.Sampler;
import io.braid.tensor.DType;
import io.braid.train.Critic;
import io.braid.train.PolicyTrainer;
import io.braid.trajectory.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Trains copies of one small, randomly initialised transformer with several algorithms, using the
 * usual trainer and rollout. All responses to its task can be enumerated, so the distribution that
 * each algorithm reached is computed exactly.
 */
public final class Audit implements AutoCloseable {
  /** A mode counts as covered if the policy has this fraction of the target's mass around it. */
  public static final double COVERED = 0.5;

  /** Copies of the single prompt per step, so that responses can be split into mini-batches. */
  private static final int PROMPTS = 2;

  private static final double VALUE_CLIP = 0.5;
  private static final int CURVE_POINTS = 40;
  private static final int MICRO_BATCH_TOKENS = 16_384;
  private static final long CACHE_BYTES = 1L << 28;

  private final ModesTask task;
  private final Shape shape;
  private final long seed;
  private final Transformer reference;
  private final double[] rewards;
  private final TiltedTarget target;

  /**
   * The size of an audit.
   *
   * @param width width of the policy's hidden states
   * @param layers number of layers in the policy
   * @param initialStd standard deviation of the policy's initial weights; the larger it is, the
   *     less uniform is π_ref
   * @param beta β of the target distribution
   * @param samples responses per step, all to the same prompt
   */
  public record Shape(int width, int layers, double initialStd, double beta, int samples) {}

  /** Creates an audit; the seed determines the initial policy, which is π_ref, and the samples. */
  public Audit(ModesTask task, Shape shape, long seed) {
    this.task = task;
    this.shape = shape;
    this.seed = seed;
    try (Transformer initial = policy()) {
      this.reference = initial.frozenCopy();
    }
    reference.attendExactly();
    this.rewards = task.rewards();
    this.target =
        TiltedTarget.of(
            EnumeratedPolicy.logProbs(reference, task), rewards, shape.beta(), task.length());
  }

  private Transformer policy() {
    int headWidth = 16;
    int heads = shape.width() / headWidth;
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            task.letters(),
            shape.width(),
            2 * shape.width(), // intermediate
            shape.layers(),
            heads,
            heads, // key-value heads
            headWidth,
            1e-6,
            new ModelConfig.Rope(10_000, Optional.empty()),
            false, // tied embeddings
            true, // attention bias, as in every Qwen2 model
            false,
            false,
            task.prompt().length + task.length(), // positions
            shape.initialStd());
    return Transformer.create(config, DType.FLOAT32, seed);
  }

  /** Returns the task. */
  public ModesTask task() {
    return task;
  }

  /** Returns the target distribution, the fixed point of FlowRL's loss. */
  public TiltedTarget target() {
    return target;
  }

  /** Returns the target's expected reward. */
  public double targetReward() {
    return Divergence.expectation(target.logProbs(), rewards);
  }

  /**
   * A measurement during training.
   *
   * @param step number of finished steps
   * @param kl KL(policy ‖ target)
   */
  public record Moment(int step, double kl) {}

  /**
   * The result of an algorithm.
   *
   * @param algorithm name of the algorithm
   * @param logProbs [strings], log π of every string
   * @param kl KL(policy ‖ target), in nats
   * @param klReverse KL(target ‖ policy), in nats
   * @param modes number of modes with at least the fraction {@link #COVERED} of the target's mass
   *     on themselves and their neighbours
   * @param reward expected reward
   * @param logZ log Z of the last step, if the algorithm has one
   * @param course KL(policy ‖ target) during training
   * @param seconds training time in seconds
   */
  public record Result(
      String algorithm,
      double[] logProbs,
      double kl,
      double klReverse,
      int modes,
      double reward,
      OptionalDouble logZ,
      List<Moment> course,
      double seconds) {}

  /** Receives the progress of training. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Called after each step with the number of finished steps and the last measured divergence.
     */
    void stepped(int done, double kl);
  }

  /** Trains from π_ref with one algorithm and measures the result. */
  public Result run(Algorithm algorithm, Watcher watcher) {
    if (!algorithm.estimator().needs().contains(Column.VALUES)) {
      return run(algorithm, Optional.empty(), watcher);
    }
    try (Transformer trunk = policy();
        Critic critic = critic(algorithm, trunk)) {
      return run(algorithm, Optional.of(critic), watcher);
    }
  }

  private Result run(Algorithm algorithm, Optional<Critic> critic, Watcher watcher) {
    long begun = System.nanoTime();
    List<Moment> course = new ArrayList<>();
    OptionalDouble logZ = OptionalDouble.empty();
    try (Transformer policy = policy();
        PolicyTrainer trainer = trainer(algorithm, policy, critic)) {
      int every = Math.max(1, algorithm.steps() / CURVE_POINTS);
      double kl = klToTarget(policy);
      course.add(new Moment(0, kl));
      for (int done = 1; done <= algorithm.steps(); done++) {
        double learned = trainer.step(done - 1).metric(Flowrl.LOG_Z);
        logZ = Double.isNaN(learned) ? logZ : OptionalDouble.of(learned);
        if (done % every == 0 || done == algorithm.steps()) {
          kl = klToTarget(policy);
          course.add(new Moment(done, kl));
        }
        watcher.stepped(done, kl);
      }
      double[] logProbs = EnumeratedPolicy.logProbs(policy, task);
      return new Result(
          algorithm.name(),
          logProbs,
          kl,
          Divergence.kl(target.logProbs(), logProbs),
          covered(logProbs),
          Divergence.expectation(logProbs, rewards),
          logZ,
          course,
          (System.nanoTime() - begun) / 1e9);
    }
  }

  private double klToTarget(Transformer policy) {
    return Divergence.kl(EnumeratedPolicy.logProbs(policy, task), target.logProbs());
  }

  /** Creates the trainer of an algorithm; the caller closes the policy and the critic. */
  private PolicyTrainer trainer(Algorithm algorithm, Transformer policy, Optional<Critic> critic) {
    SamplingSettings sampling =
        new SamplingSettings(
            shape.samples() / PROMPTS,
            1.0, // temperature
            1, // top-p
            0, // top-k
            task.length(), // shortest response
            task.length(), // longest response
            List.of(),
            List.of());
    Sampler sampler =
        new Sampler(
            List.of(task.problem()),
            new Rollout(policy, sampling, ModesTask::letters, CACHE_BYTES),
            task.verifier(),
            new Sampler.Settings(PROMPTS, algorithm.curriculum(), /* staleness= */ 0, seed));
    return new PolicyTrainer(
        policy,
        Optional.of(reference),
        critic,
        algorithm.rewards().createSignals(),
        sampler,
        algorithm.estimator(),
        algorithm.loss().create(shape.width(), seed),
        new PolicyTrainer.Settings(
            algorithm.steps(),
            algorithm.miniBatches(),
            1, // epochs
            MICRO_BATCH_TOKENS,
            algorithm.rewards(),
            Optional.empty(),
            seed,
            algorithm.optimizer()));
  }

  /** Creates a critic with the policy's initial weights and optimizer settings. */
  private Critic critic(Algorithm algorithm, Transformer trunk) {
    return new Critic(
        trunk,
        new Critic.Settings(
            algorithm.steps() * algorithm.miniBatches(),
            MICRO_BATCH_TOKENS,
            0, // warm-up
            VALUE_CLIP,
            algorithm.optimizer()));
  }

  /** Returns the mass on each mode and its neighbours: [modes]. */
  public double[] massByMode(double[] logProbs) {
    double[] mass = new double[task.modes().size()];
    IntStream.range(0, task.strings())
        .forEach(string ->
            task.modeNear(task.text(string))
                .ifPresent(mode -> mass[mode] += Math.exp(logProbs[string])));
    return mass;
  }

  int covered(double[] logProbs) {
    double[] policy = massByMode(logProbs);
    double[] wanted = massByMode(target.logProbs());
    return (int)
        IntStream.range(0, policy.length).filter(m -> policy[m] >= COVERED * wanted[m]).count();
  }

  @Override
  public void close() {
    reference.close();
  }
}
