package io.braid.train;

import io.braid.UserError;
import io.braid.model.Transformer;
import io.braid.objective.Advantages;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.RolloutCorrection;
import io.braid.rollout.Group;
import io.braid.rollout.Response;
import io.braid.verify.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reinforcement learning on verifiable rewards. It does not know an algorithm's name: it asks an
 * estimator for advantages and a loss for a number to descend.
 *
 * <p>A step samples a group of responses for each of some problems, judges them, and takes one or
 * more optimizer steps on them. π_old is the policy before the first of these.
 */
public final class PolicyTrainer implements AutoCloseable {
  /** Its square is still a number in single precision. */
  private static final double LARGEST_ADVANTAGE = 1e15;

  private final Optional<Critic> critic;
  private final Optional<FlowRewards> flow;
  private final Draws draws;
  private final Sampler sampler;
  private final AdvantageEstimator estimator;
  private final Settings settings;
  private final Measured.Models models;
  private final Measured.Wanted wanted;
  private final PolicyUpdate update;
  private long updates; // optimizer steps of all finished steps
  private int steps;

  /**
   * What does not change during a run.
   *
   * @param steps how many
   * @param miniBatches optimizer steps for each time the responses are gone through; they are dealt
   *     out by problem
   * @param epochs how often a step's responses are gone through
   * @param microBatchTokens the most tokens computed at once
   * @param rewards what changes the verifier's rewards
   * @param correction weights for responses that another policy sampled
   * @param seed of what losses draw
   * @param optimizer how the policy moves
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
      if (steps < 1 || epochs < 1 || microBatchTokens < 1) {
        throw new UserError("steps: steps, epochs and micro_batch_tokens must be at least 1");
      }
      if (miniBatches < 1) {
        throw new UserError("mini_batches: must be at least 1, here " + miniBatches);
      }
    }

    /** One optimizer step on each step's responses, their rewards as they are. */
    public static Settings of(
        int steps, int microBatchTokens, long seed, OptimizerSettings optimizer) {
      return new Settings(
          steps, 1, 1, microBatchTokens, RewardSettings.PLAIN, Optional.empty(), seed, optimizer);
    }

    /** Optimizer steps for each step. */
    public int updates() {
      return epochs * miniBatches;
    }
  }

  /**
   * A trainer at step 0. The policy, the reference, the critic and the flow rewards are the
   * caller's; the loss is closed with the trainer. Policy and reference attend exactly from now on,
   * so that rollouts and training agree.
   *
   * @param reference π_ref, when the loss or the rewards ask for one
   * @param critic when the estimator asks for values
   * @param flow rewards tokens, when there is a flow field
   * @param sampler samples from the policy
   * @throws UserError when the settings do not go together
   */
  public PolicyTrainer(
      Transformer policy,
      Optional<Transformer> reference,
      Optional<Critic> critic,
      Optional<FlowRewards> flow,
      Sampler sampler,
      AdvantageEstimator estimator,
      PolicyLoss loss,
      Settings settings) {
    if (sampler.rollout().settings().samples() < estimator.smallestGroup()) {
      throw new UserError(
          "rollout.samples: %d responses a prompt are too few; this advantage compares the responses of a group, so use at least %d"
              .formatted(sampler.rollout().settings().samples(), estimator.smallestGroup()));
    }
    if (settings.miniBatches() > sampler.settings().promptsPerStep()) {
      throw new UserError(
          "mini_batches: must be between 1 and the prompts_per_step, %d; here %d"
              .formatted(sampler.settings().promptsPerStep(), settings.miniBatches()));
    }
    boolean usesReference = loss.usesReference() || settings.rewards().usesReference();
    if (usesReference && reference.isEmpty()) {
      throw new IllegalArgumentException("the loss or the rewards need a reference model");
    }
    if (estimator.usesValues() && critic.isEmpty()) {
      throw new IllegalArgumentException("the estimator needs a critic");
    }
    policy.attendExactly();
    reference.ifPresent(Transformer::attendExactly);
    this.critic = critic;
    this.flow = flow;
    this.sampler = sampler;
    this.draws =
        sampler.settings().staleness() == 0
            ? new FreshDraws(sampler, policy)
            : new DrawsAhead(sampler, policy, settings.steps());
    this.estimator = estimator;
    this.settings = settings;
    this.models =
        new Measured.Models(
            policy,
            reference,
            critic,
            settings.microBatchTokens(),
            trainingTemperature(sampler.rollout().settings().temperature()));
    this.wanted =
        new Measured.Wanted(
            // before its only update π_old is π_θ itself
            settings.updates() > 1
                || loss.surveys()
                || settings.correction().isPresent()
                || settings.rewards().usesReference(),
            usesReference,
            estimator.usesValues(),
            estimator.usesEntropies() || flow.map(FlowRewards::usesEntropies).orElse(false));
    this.update =
        new PolicyUpdate(
            policy,
            loss,
            new PolicyUpdate.Settings(
                settings.steps() * settings.updates(),
                settings.microBatchTokens(),
                models.temperature(),
                settings.seed(),
                settings.optimizer()));
  }

  // ---- the step -------------------------------------------------------------------------------

  /**
   * One step: sample, judge, estimate, learn.
   *
   * @param number from 0; the same number and policy give the same step
   */
  public StepReport step(int number) {
    steps = number;
    StepReport.Builder report = new StepReport.Builder(number);
    Draw draw = report.timed("rollout", () -> draws.next(number)); // sampled and judged
    draws.publishSeconds().ifPresent(report::published);
    List<Sequence> sequences = sequences(draw);
    Optional<FlowStep> field = flow.map(each -> FlowStep.of(each, draw, number, sequences));
    try {
      boolean late = rewardsLate(number); // the field then sees the pass that trains
      Optional<FlowStep> early = late ? Optional.empty() : field;
      // what nothing learns from is looked at all the same, for the report
      Measured.Wanted asked = policyWaits(number) ? wanted.andOfPolicy() : wanted;
      List<Measured> measured =
          report.timed("measure", () -> Measured.of(sequences, models, asked, early));
      Advantages advantages =
          estimator.estimate(
              settings
                  .rewards()
                  .of(draw, measured, responseLimit(), estimator.keepsTokenRewards()));
      List<Experience> experiences = experiences(draw, sequences, measured, advantages);
      boolean looked = asked.ofPolicy();
      if (looked) {
        report.looked(experiences);
      } else if (!late) {
        report.timed("measure", () -> update.lookAtLeftOut(experiences, report));
      }
      for (int u = 0; u < settings.updates(); u++) {
        List<Experience> miniBatch = miniBatch(experiences, u, draw.groups().size());
        int inRun = number * settings.updates() + u;
        if (critic.isPresent()) {
          double error = report.timed("critic", () -> critic.get().learn(miniBatch, inRun));
          report.valued(error, critic.get().skipped(), miniBatch);
        }
        if (!policyWaits(number)) {
          Optional<FlowStep> seeing = late ? field : Optional.empty();
          report.timed(
              "train",
              () -> update.learn(miniBatch, draw.groups().size(), inRun, seeing, !looked, report));
        }
      }
      field.ifPresent(each -> report.flowed(each, late ? "train" : "measure"));
      Advantages all = late ? advantages.plusToGo(field.orElseThrow().rewards()) : advantages;
      StepReport done = report.build(sampler, draw, all, update.skipped());
      draws.learned();
      updates = begun();
      steps = number + 1;
      return done;
    } finally {
      field.ifPresent(FlowStep::close);
    }
  }

  /**
   * Whether tokens can be rewarded in the pass that trains, without one before: when it is the only
   * pass of the step, and the rewards only add to advantages that are known without them.
   */
  private boolean rewardsLate(int number) {
    return flow.isPresent()
        && settings.updates() == 1
        && estimator.addsTokenRewards()
        && !wanted.ofPolicy()
        && !policyWaits(number);
  }

  private boolean policyWaits(int number) {
    return critic.map(each -> each.warmsUp(number)).orElse(false)
        || flow.map(each -> each.warmsUp(number)).orElse(false);
  }

  /** Greedy responses have the log-probabilities of the model's own distribution. */
  private static double trainingTemperature(double sampling) {
    return sampling == 0 ? 1 : sampling;
  }

  private int responseLimit() {
    return sampler.rollout().settings().maxNewTokens();
  }

  private static List<Sequence> sequences(Draw draw) {
    List<Sequence> sequences = new ArrayList<>();
    for (Group group : draw.groups()) {
      for (Response response : group.responses()) {
        sequences.add(new Sequence(group.prompt().ids(), response.ids()));
      }
    }
    return sequences;
  }

  private List<Experience> experiences(
      Draw draw, List<Sequence> sequences, List<Measured> measured, Advantages advantages) {
    List<Experience> experiences = new ArrayList<>(measured.size());
    for (int g = 0; g < draw.groups().size(); g++) {
      Group group = draw.groups().get(g);
      for (int r = 0; r < group.responses().size(); r++) {
        Response response = group.responses().get(r);
        Verdict verdict = draw.verdicts().get(g).get(r);
        int i = experiences.size();
        Measured known = measured.get(i);
        experiences.add(
            new Experience(
                sequences.get(i),
                i,
                g,
                Arrays.copyOf(response.logProbs(), response.drawn()),
                known,
                held(advantages.of(g, r), verdict),
                advantages.returnsOf(g, r).map(returns -> held(returns, verdict)),
                settings
                    .correction()
                    .map(correction ->
                        floats(
                            correction.weights(
                                known.oldLogProbs().orElseThrow(), response.logProbs())))));
      }
    }
    return experiences;
  }

  /** Advantages or returns as they are trained with, in single precision. */
  private static float[] held(double[] numbers, Verdict verdict) {
    for (double number : numbers) {
      if (!(Math.abs(number) <= LARGEST_ADVANTAGE)) {
        throw new UserError(
            "advantage: the verifier's reward of %s makes an advantage of %s, more than a gradient can hold (%s); scale the rewards down, or use an advantage that is normalised, such as grpo"
                .formatted(verdict.reward(), number, LARGEST_ADVANTAGE));
      }
    }
    return floats(numbers);
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /** The responses of an update, dealt out by problem: each optimizer step sees whole groups. */
  private List<Experience> miniBatch(List<Experience> experiences, int u, int groups) {
    int m = u % settings.miniBatches();
    int from = m * groups / settings.miniBatches();
    int to = (m + 1) * groups / settings.miniBatches();
    return experiences.stream().filter(each -> each.group() >= from && each.group() < to).toList();
  }

  // ---- going on later -------------------------------------------------------------------------

  /**
   * How many steps of the run the weights have seen, so that they may be saved as a checkpoint of
   * so many; empty when a step failed while it moved them. A step that fails while it samples,
   * judges or measures has not moved any.
   */
  public OptionalInt finished() {
    return begun() == updates ? OptionalInt.of(steps) : OptionalInt.empty();
  }

  private long begun() {
    return update.begun()
        + critic.map(Critic::begun).orElse(0L)
        + flow.map(FlowRewards::begun).orElse(0L);
  }

  /** Writes what, beside the weights of policy and critic, must be there to go on. */
  public void save(Path checkpoint) {
    Map<String, String> facts = new LinkedHashMap<>();
    draws.save(checkpoint, facts);
    update.save(checkpoint, facts);
    critic.ifPresent(each -> each.save(checkpoint));
    flow.ifPresent(each -> each.save(checkpoint));
  }

  /** Takes up what {@link #save} wrote. */
  public void restore(Path checkpoint) {
    draws.restore(checkpoint, update.restore(checkpoint));
    critic.ifPresent(each -> each.restore(checkpoint));
    flow.ifPresent(each -> each.restore(checkpoint));
  }

  @Override
  public void close() {
    draws.close();
    update.close();
  }
}
