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
 * Trains one small random transformer by several algorithms, with the trainer and the rollout that
 * every run has, on a task whose every response is enumerated; then says exactly where each ended.
 */
public final class Audit implements AutoCloseable {
  /** A mode counts as covered from this share of the target's mass around it. */
  public static final double COVERED = 0.5;

  /** How often a step asks the one prompt, so that its responses can be dealt to mini-batches. */
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
   * How large the audit is.
   *
   * @param width of the policy's hidden states
   * @param layers of the policy
   * @param spread standard deviation of the policy's fresh weights: the wider, the less even π_ref
   * @param beta β of the target
   * @param samples responses a step, all to the one prompt
   */
  public record Shape(int width, int layers, double spread, double beta, int samples) {}

  /** An audit of a task; the seed gives the initial policy, which is π_ref, and the samples. */
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
            true, // attention bias, as every Qwen2
            false,
            false,
            task.prompt().length + task.length(), // positions
            shape.spread());
    return Transformer.create(config, DType.FLOAT32, seed);
  }

  /** The task. */
  public ModesTask task() {
    return task;
  }

  /** What FlowRL's loss has as its fixed point here. */
  public TiltedTarget target() {
    return target;
  }

  /** The target's expected reward. */
  public double targetReward() {
    return Divergence.expectation(target.logProbs(), rewards);
  }

  /**
   * A moment of training.
   *
   * @param step how many steps were taken
   * @param kl KL(policy ‖ target)
   */
  public record Moment(int step, double kl) {}

  /**
   * Where an algorithm ended.
   *
   * @param algorithm its name
   * @param logProbs log π of every string, [strings]
   * @param kl KL(policy ‖ target), in nats
   * @param klReverse KL(target ‖ policy), in nats
   * @param modes how many modes have at least the share {@link #COVERED} of the target's mass on
   *     themselves and the strings next to them
   * @param reward expected reward
   * @param logZ the log Z that the last step learned with, where one is learned
   * @param course KL(policy ‖ target) while it trained
   * @param seconds how long it trained
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

  /** Told how training goes on. */
  @FunctionalInterface
  public interface Watcher {
    /** After so many steps, with the last divergence that was measured. */
    void stepped(int done, double kl);
  }

  /** Trains by one algorithm, from π_ref, and measures. */
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

  /** The trainer of one algorithm; the policy and the critic are the caller's. */
  private PolicyTrainer trainer(Algorithm algorithm, Transformer policy, Optional<Critic> critic) {
    SamplingSettings sampling =
        new SamplingSettings(
            shape.samples() / PROMPTS,
            1.0, // temperature
            1, // top-p
            0, // top-k
            task.length(), // no shorter
            task.length(), // and no longer
            List.of(),
            List.of());
    Sampler sampler =
        new Sampler(
            List.of(task.problem()),
            new Rollout(policy, sampling, ModesTask::letters, CACHE_BYTES),
            task.verifier(),
            Sampler.Settings.of(PROMPTS, seed));
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

  /** A critic that begins as the policy does, and learns as fast. */
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

  /** The mass on each mode and the strings next to it: [modes]. */
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
