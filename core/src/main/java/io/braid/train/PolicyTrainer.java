package io.braid.train;

import io.braid.Check;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.model.Exactness;
import io.braid.model.RolloutWeights;
import io.braid.model.Transformer;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.RolloutCorrection;
import io.braid.objective.signal.TokenSignal;
import io.braid.sampling.RolloutBatch;
import io.braid.sampling.Rollouts;
import io.braid.sampling.Sampler;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Trains a policy with reinforcement learning on verifiable rewards. The trainer does not depend on
 * an algorithm: an estimator computes advantages, token signals compute rewards, a loss computes
 * the number to minimise, and the trainer measures the columns that they need.
 *
 * <p>A step samples a group of responses to each of several problems, verifies them, and runs one
 * or more optimizer steps on them. π_old is the policy before the first of these optimizer steps.
 */
public final class PolicyTrainer implements AutoCloseable {
  private final Optional<Critic> critic;
  private final List<TokenSignal> signals;
  private final Sampler sampler;
  private final Rollouts rollouts;
  private final Advantages advantages;
  private final Settings settings;
  private final Measurement measurement;
  private final Optional<PromptEstimates> estimates;
  private final Set<Column<float[]>> needs;
  private final PolicyUpdate update;
  private long updates; // optimizer steps of all finished steps
  private int steps;

  /**
   * Settings that are constant during a run.
   *
   * @param steps number of steps
   * @param miniBatches number of optimizer steps per pass over a step's responses; mini-batches
   *     contain whole groups
   * @param epochs number of passes over a step's responses
   * @param microBatchTokens maximum number of tokens in a micro-batch
   * @param rewards terms that are added to the verifier's rewards
   * @param correction importance weights for responses sampled from a different policy; empty for
   *     none
   * @param seed seed of the random numbers in losses
   * @param optimizer settings of the policy's optimizer
   */
  public record Settings(
      int steps,
      int miniBatches,
      int epochs,
      int microBatchTokens,
      RewardSettings rewards,
      Optional<RolloutCorrection> correction,
      long seed,
      OptimizerSettings optimizer) {
    /** Checks the settings. */
    public Settings {
      Check.atLeast("steps", steps, 1);
      Check.atLeast("epochs", epochs, 1);
      Check.atLeast("micro_batch_tokens", microBatchTokens, 1);
      Check.atLeast("mini_batches", miniBatches, 1);
    }

    /** Checks that every mini-batch gets a prompt. */
    public void checkPrompts(int promptsPerStep) {
      if (miniBatches > promptsPerStep) {
        throw new SettingError(
            "mini_batches",
            "must be at most prompts_per_step, %d, got %d".formatted(promptsPerStep, miniBatches));
      }
    }

    /** Creates settings with one optimizer step per step and unchanged rewards. */
    public static Settings of(
        int steps, int microBatchTokens, long seed, OptimizerSettings optimizer) {
      return new Settings(
          steps, 1, 1, microBatchTokens, RewardSettings.PLAIN, Optional.empty(), seed, optimizer);
    }

    /** Returns the number of optimizer steps per step. */
    public int updates() {
      return epochs * miniBatches;
    }
  }

  /**
   * Creates a trainer at step 0. The caller closes the policy, the reference, the critic and the
   * signals; the trainer closes the loss. The constructor switches policy and reference to exact
   * attention, so that rollouts and training agree.
   *
   * @param reference π_ref, if the loss or the rewards need it
   * @param critic the critic, if the estimator needs values
   * @param signals all token signals, including those of {@link RewardSettings#createSignals}
   * @param sampler the sampler, which samples from the policy
   * @throws UserError if the settings contradict each other
   */
  public PolicyTrainer(
      Transformer policy,
      Optional<Transformer> reference,
      Optional<Critic> critic,
      List<TokenSignal> signals,
      Sampler sampler,
      AdvantageEstimator estimator,
      PolicyLoss loss,
      Settings settings) {
    estimator.checkGroups(sampler.rollout().settings().samples());
    settings.checkPrompts(sampler.settings().promptsPerStep());
    this.critic = critic;
    if (signals.size() < settings.rewards().signalCount()) {
      throw new IllegalArgumentException("signals of the reward settings are missing");
    }
    this.signals = List.copyOf(signals);
    // with a single update per step, π_old is the policy itself
    boolean keepsOld =
        settings.updates() > 1
            || loss.prepares()
            || settings.correction().isPresent()
            || this.signals.stream().anyMatch(s -> s.needs().contains(Column.OLD_LOG_PROBS))
            || estimator.needs().contains(Column.OLD_LOG_PROBS)
            || loss.needs().contains(Column.OLD_LOG_PROBS);
    this.needs = new HashSet<>(estimator.needs());
    needs.addAll(loss.needs());
    this.signals.forEach(each -> needs.addAll(each.needs()));
    if (keepsOld) {
      needs.add(Column.OLD_LOG_PROBS);
    }
    if (needs.contains(Column.REF_LOG_PROBS) && reference.isEmpty()) {
      throw new IllegalArgumentException("the loss or the rewards need a reference model");
    }
    if (needs.contains(Column.VALUES) && critic.isEmpty()) {
      throw new IllegalArgumentException("the estimator needs a critic");
    }
    policy.attendExactly();
    reference.ifPresent(Transformer::attendExactly);
    this.sampler = sampler;
    this.rollouts = Rollouts.of(sampler, policy, settings.steps());
    this.advantages =
        new Advantages(
            estimator,
            settings.rewards(),
            settings.correction(),
            sampler.rollout().settings().maxNewTokens());
    this.settings = settings;
    this.measurement =
        new Measurement(
            policy,
            reference,
            critic,
            settings.microBatchTokens(),
            trainingTemperature(sampler.rollout().settings().temperature()));
    this.estimates =
        loss.estimate()
            .map(each ->
                new PromptEstimates(
                    each,
                    sampler,
                    reference.orElseThrow(() ->
                        new IllegalArgumentException(
                            "the loss's estimates need a reference model")),
                    advantages::rewards));
    this.update =
        new PolicyUpdate(
            policy,
            loss,
            new PolicyUpdate.Settings(
                settings.steps() * settings.updates(),
                settings.microBatchTokens(),
                measurement.temperature(),
                exactRollouts(policy, sampler),
                keepsOld,
                settings.seed(),
                settings.optimizer()));
  }

  /**
   * Returns the temperature for log-probabilities: the sampling temperature, or 1 for greedy
   * responses.
   */
  static double trainingTemperature(double sampling) {
    return sampling == 0 ? 1 : sampling;
  }

  /** Returns whether rollouts sample from the distribution that the step's first update changes. */
  private static boolean exactRollouts(Transformer policy, Sampler sampler) {
    return sampler.settings().staleness() == 0
        && sampler.settings().weights() == RolloutWeights.AS_TRAINED
        && !sampler.rollout().settings().filters()
        && Exactness.obstacle(policy).isEmpty();
  }

  // ---- the step -------------------------------------------------------------------------------

  /**
   * Runs one step.
   *
   * @param number index of the step, from 0; the same index and policy give the same step
   */
  public StepReport step(int number) {
    try (Step step = new Step(number)) {
      Trajectories t = step.sample();
      t = step.measure(t);
      t = advantages.estimate(t);
      for (Trajectories mini : step.miniBatches(t)) {
        step.learn(mini);
      }
      return step.finish(t);
    }
  }

  /** The state of the step that is running. */
  private final class Step implements AutoCloseable {
    private final int number;
    private final StepReport.Builder report;
    private final boolean policyWaits;
    private final Set<Column<float[]>> wanted; // columns to measure before the update
    private final boolean asksPolicy;
    private final boolean late; // signals watch the training pass, the step's only pass
    private Optional<RolloutBatch> batch = Optional.empty();
    private Optional<StepSignals> tokens = Optional.empty();
    private int updated;

    Step(int number) {
      steps = number;
      this.number = number;
      this.report = new StepReport.Builder(number);
      this.policyWaits =
          critic.map(each -> each.warmsUp(number)).orElse(false)
              || signals.stream().anyMatch(each -> each.policyWaits(number));
      this.wanted = new HashSet<>(needs);
      if (policyWaits) {
        wanted.add(Column.ENTROPIES); // for the report, since there is no training pass
      }
      this.asksPolicy = wanted.stream().anyMatch(Measurement.OF_POLICY::contains);
      this.late =
          signals.stream().anyMatch(TokenSignal::watches)
              && settings.updates() == 1
              && advantages.addTokenRewards()
              && !asksPolicy;
    }

    /** Samples responses and fills verdicts and rewards. */
    Trajectories sample() {
      RolloutBatch sampled = report.timed(StepMetrics.ROLLOUT_SECONDS, () -> rollouts.next(number));
      rollouts.publishSeconds().ifPresent(report::published);
      Trajectories t = estimated(advantages.rewards(sampled.trajectories()));
      report.sampled(t);
      batch = Optional.of(sampled);
      tokens = Optional.of(new StepSignals(signals, number, t));
      return t;
    }

    /** Fills the estimates of the rows' prompts, if the loss needs any. */
    private Trajectories estimated(Trajectories t) {
      if (estimates.isEmpty()) {
        return t;
      }
      Trajectories filled = estimates.get().fill(t);
      report.estimated(estimates.get().metrics());
      return filled;
    }

    /** Fills the columns that advantage, loss and signals need, and adds token rewards. */
    Trajectories measure(Trajectories t) {
      Optional<StepSignals> early = late ? Optional.empty() : tokens;
      return report.timed(StepMetrics.MEASURE_SECONDS, () -> measurement.fill(t, wanted, early));
    }

    /** Returns the rows of each optimizer step, which are whole groups. */
    List<Trajectories> miniBatches(Trajectories t) {
      observe(t);
      List<Trajectories> once =
          IntStream.range(0, settings.miniBatches()).mapToObj(m -> miniBatch(t, m)).toList();
      return IntStream.range(0, settings.updates())
          .mapToObj(u -> once.get(u % settings.miniBatches()))
          .toList();
    }

    private Trajectories miniBatch(Trajectories t, int m) {
      if (settings.miniBatches() == 1) {
        return t;
      }
      int from = m * t.groupCount() / settings.miniBatches();
      int to = (m + 1) * t.groupCount() / settings.miniBatches();
      return t.select(
          IntStream.range(0, t.rows())
              .filter(row -> t.group(row) >= from && t.group(row) < to)
              .toArray());
    }

    /**
     * Adds to the report the log-probabilities and entropies that no training pass will compute.
     */
    private void observe(Trajectories t) {
      if (asksPolicy) {
        report.observed(t, t.get(Column.OLD_LOG_PROBS), t.get(Column.ENTROPIES));
      } else if (!late) {
        report.timed(StepMetrics.MEASURE_SECONDS, () -> update.observeLeftOut(t, report));
      }
    }

    /** Runs an optimizer step of the critic, if there is one, and of the policy. */
    void learn(Trajectories mini) {
      int inRun = number * settings.updates() + updated++;
      critic.ifPresent(each -> {
        double error = report.timed(StepMetrics.CRITIC_SECONDS, () -> each.learn(mini, inRun));
        report.valued(error, each.skipped(), mini);
      });
      if (!policyWaits) {
        Optional<StepSignals> rewarding = late ? tokens : Optional.empty();
        report.timed(
            StepMetrics.TRAIN_SECONDS,
            () -> update.learn(mini, inRun, rewarding, !asksPolicy, report));
      }
    }

    /** Ends the step and creates its report. */
    StepReport finish(Trajectories t) {
      report.signalled(
          tokens.orElseThrow(), late ? StepMetrics.TRAIN_SECONDS : StepMetrics.MEASURE_SECONDS);
      Trajectories learned = report.filled(late ? rewarded(t, tokens.orElseThrow().rewards()) : t);
      boolean teach = signals.stream().anyMatch(TokenSignal::teaches);
      StepReport done =
          report.build(sampler, batch.orElseThrow(), learned, teach, update.skipped());
      rollouts.learned(learned);
      updates = begun();
      steps = number + 1;
      return done;
    }

    private static Trajectories rewarded(Trajectories t, double[] rewards) {
      return t.with(Column.TOKEN_REWARDS, rewards).plusToGo(rewards);
    }

    @Override
    public void close() {
      tokens.ifPresent(StepSignals::close);
    }
  }

  // ---- checkpoints --- ------------------------------------------------------------------------

  /**
   * Returns the number of steps that the weights include, under which they can be saved; empty if a
   * step failed during its update. A step that fails while it samples, verifies or measures has not
   * changed any weights.
   */
  public OptionalInt finished() {
    return begun() == updates ? OptionalInt.of(steps) : OptionalInt.empty();
  }

  private long begun() {
    return update.begun()
        + critic.map(Critic::begun).orElse(0L)
        + signals.stream().mapToLong(TokenSignal::updates).sum();
  }

  /**
   * Returns the state that a resumed run needs, as checkpoint parts; the weights of policy and
   * critic are saved separately.
   */
  public CheckpointParts parts() {
    CheckpointParts parts = update.parts().and(rollouts.parts());
    if (critic.isPresent()) {
      parts = parts.and(critic.get().parts());
    }
    if (estimates.isPresent()) {
      parts = parts.and(estimates.get().parts());
    }
    for (TokenSignal each : signals) {
      parts = parts.and(each.parts());
    }
    return parts;
  }

  @Override
  public void close() {
    rollouts.close();
    update.close();
  }
}
