package io.braid.train;

import io.braid.UserError;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.LossBatch;
import io.braid.objective.loss.LossValue;
import io.braid.objective.loss.PolicyLoss;
import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reinforcement learning on verifiable rewards. It does not know an algorithm's name: it asks an
 * estimator for advantages and a loss for a number to descend.
 *
 * <p>A step samples a group of responses for each of some problems, judges them, and takes one or
 * more optimizer steps on them. π_old is the policy before the first of these.
 */
public final class PolicyTrainer implements AutoCloseable {
  private final Transformer policy;
  private final Optional<Transformer> reference;
  private final List<AskedProblem> problems;
  private final Shuffle order;
  private final Rollout rollout;
  private final Verifier verifier;
  private final AdvantageEstimator estimator;
  private final PolicyLoss loss;
  private final Settings settings;
  private final AdamW optimizer;

  /**
   * What does not change during a run.
   *
   * @param steps how many
   * @param promptsPerStep problems a step
   * @param miniBatches optimizer steps a step; responses are dealt to them by problem
   * @param microBatchTokens the most tokens computed at once
   * @param temperature of the rollout, by which training divides the logits as well
   * @param seed of everything that is random
   * @param optimizer how the policy moves
   */
  public record Settings(
      int steps,
      int promptsPerStep,
      int miniBatches,
      int microBatchTokens,
      double temperature,
      long seed,
      OptimizerSettings optimizer) {
    /** Checks the settings. */
    public Settings {
      if (steps < 1 || promptsPerStep < 1 || microBatchTokens < 1) {
        throw new UserError(
            "steps: steps, prompts_per_step and micro_batch_tokens must be at least 1");
      }
      if (miniBatches < 1 || miniBatches > promptsPerStep) {
        throw new UserError(
            "mini_batches: must be between 1 and the prompts_per_step, %d; here %d"
                .formatted(promptsPerStep, miniBatches));
      }
      if (!(temperature > 0)) {
        throw new UserError("rollout.temperature: must be above 0, here " + temperature);
      }
    }
  }

  /**
   * A trainer at step 0. The policy is the caller's; the loss is closed with the trainer. Policy
   * and reference attend exactly from now on, so that rollouts and training agree.
   *
   * @param reference π_ref, when the loss asks for one
   * @throws UserError when the data set is empty or a group is too small for the estimator
   */
  public PolicyTrainer(
      Transformer policy,
      Optional<Transformer> reference,
      List<AskedProblem> problems,
      Rollout rollout,
      Verifier verifier,
      AdvantageEstimator estimator,
      PolicyLoss loss,
      Settings settings) {
    if (rollout.settings().samples() < estimator.smallestGroup()) {
      throw new UserError(
          "rollout.samples: %d responses a prompt are too few; this advantage compares the responses of a group, so use at least %d"
              .formatted(rollout.settings().samples(), estimator.smallestGroup()));
    }
    if (loss.usesReference() && reference.isEmpty()) {
      throw new IllegalArgumentException("the loss needs a reference model");
    }
    policy.attendExactly();
    reference.ifPresent(Transformer::attendExactly);
    this.policy = policy;
    this.reference = reference;
    this.problems = List.copyOf(problems);
    this.order = new Shuffle(problems.size(), settings.seed());
    this.rollout = rollout;
    this.verifier = verifier;
    this.estimator = estimator;
    this.loss = loss;
    this.settings = settings;
    this.optimizer = optimizer();
  }

  private AdamW optimizer() {
    int optimizerSteps = settings.steps() * settings.miniBatches();
    List<AdamW.Group> groups = new ArrayList<>();
    groups.add(settings.optimizer().group(policy.parameters(), optimizerSteps));
    if (!loss.parameters().isEmpty()) {
      groups.add(
          settings
              .optimizer()
              .group(
                  loss.parameters(),
                  optimizerSteps,
                  loss.learningRate().orElse(settings.optimizer().learningRate())));
    }
    return new AdamW(settings.optimizer().adam(), groups);
  }

  // ---- the step -------------------------------------------------------------------------------

  /**
   * One step: sample, judge, estimate, learn.
   *
   * @param number from 0; the same number and policy give the same step
   */
  public StepReport step(int number) {
    StepReport.Builder report = new StepReport.Builder(number);
    List<AskedProblem> asked = problemsOf(number);
    List<Group> groups =
        report.timed("rollout", () -> rollout.sample(prompts(asked), seedOf(number)));
    List<List<Verdict>> verdicts = report.timed("verify", () -> judge(asked, groups));
    Advantages advantages = estimator.estimate(rewards(groups, verdicts));
    List<List<Sequence>> miniBatches = miniBatches(groups, advantages);
    Optional<OldPolicy> frozen =
        miniBatches.size() == 1
            ? Optional.empty() // before its only update π_old is π_θ itself
            : Optional.of(report.timed("old", () -> OldPolicy.of(policy, miniBatches, settings)));
    for (int m = 0; m < miniBatches.size(); m++) {
      List<Sequence> sequences = miniBatches.get(m);
      int update = number * settings.miniBatches() + m;
      report.timed("train", () -> learn(sequences, frozen, update, report));
    }
    return report.build(asked, groups, verdicts, advantages, optimizer.skipped());
  }

  private List<AskedProblem> problemsOf(int step) {
    List<AskedProblem> asked = new ArrayList<>(settings.promptsPerStep());
    for (int i = 0; i < settings.promptsPerStep(); i++) {
      asked.add(problems.get(order.at((long) step * settings.promptsPerStep() + i)));
    }
    return asked;
  }

  private long seedOf(int step) {
    return settings.seed() * 1_000_003L + step;
  }

  private static List<Prompt> prompts(List<AskedProblem> asked) {
    return asked.stream().map(AskedProblem::prompt).toList();
  }

  private List<List<Verdict>> judge(List<AskedProblem> asked, List<Group> groups) {
    List<List<Verdict>> verdicts = new ArrayList<>(groups.size());
    for (int g = 0; g < groups.size(); g++) {
      AskedProblem problem = asked.get(g);
      verdicts.add(
          groups.get(g).responses().stream()
              .map(response -> verifier.judge(problem.problem(), response.text()))
              .toList());
    }
    return verdicts;
  }

  private static List<GroupRewards> rewards(List<Group> groups, List<List<Verdict>> verdicts) {
    List<GroupRewards> rewards = new ArrayList<>(groups.size());
    for (int g = 0; g < groups.size(); g++) {
      rewards.add(
          new GroupRewards(
              verdicts.get(g).stream().mapToDouble(Verdict::reward).toArray(),
              groups.get(g).responses().stream().mapToInt(Response::length).toArray()));
    }
    return rewards;
  }

  /** Deals the responses out by problem: each optimizer step sees whole groups. */
  private List<List<Sequence>> miniBatches(List<Group> groups, Advantages advantages) {
    List<List<Sequence>> parts = new ArrayList<>();
    for (int m = 0; m < settings.miniBatches(); m++) {
      List<Sequence> part = new ArrayList<>();
      int from = m * groups.size() / settings.miniBatches();
      int to = (m + 1) * groups.size() / settings.miniBatches();
      for (int g = from; g < to; g++) {
        List<Response> responses = groups.get(g).responses();
        for (int r = 0; r < responses.size(); r++) {
          Response response = responses.get(r);
          part.add(
              new Sequence(
                  groups.get(g).prompt().ids(),
                  response.ids(),
                  response.logProbs(),
                  advantages.of(g, r)));
        }
      }
      parts.add(part);
    }
    return parts;
  }

  /** One optimizer step on some sequences. */
  private void learn(
      List<Sequence> sequences, Optional<OldPolicy> frozen, int update, StepReport.Builder report) {
    LossBatch.Totals totals =
        new LossBatch.Totals(
            sequences.stream().mapToLong(sequence -> sequence.response().length).sum(),
            sequences.size());
    List<Sequence> working =
        loss.ignoresZeroAdvantage()
            ? sequences.stream().filter(Sequence::hasAdvantage).toList()
            : sequences;
    loss.beginStep(settings.seed() * 7_368_787L + update);
    for (List<Sequence> part : MicroBatches.split(working, settings.microBatchTokens())) {
      try (Scope scope = Scope.open()) {
        PackedBatch batch = PackedBatch.of(part);
        TokenLogProbs now = TokenLogProbs.of(policy, batch, settings.temperature());
        Tensor old =
            frozen.map(policyBefore -> policyBefore.logProbs(part)).orElse(now.logProbs().detach());
        LossValue value = loss.of(lossBatch(batch, now, old, totals));
        value.loss().backward();
        optimizer.accumulate();
        report.learned(value, now, old, batch, totals);
      }
    }
    report.updated(optimizer.step(update), optimizer.rate(update));
  }

  private LossBatch lossBatch(
      PackedBatch batch, TokenLogProbs now, Tensor old, LossBatch.Totals totals) {
    return new LossBatch(
        now.logProbs(),
        old,
        loss.usesReference() ? Optional.of(referenceLogProbs(batch)) : Optional.empty(),
        batch.advantages(),
        batch.responseOf(),
        batch.lengths(),
        loss.usesPromptStates()
            ? Optional.of(batch.promptMeans(now.hidden().detach()))
            : Optional.empty(),
        totals);
  }

  private Tensor referenceLogProbs(PackedBatch batch) {
    try (Gradients off = Gradients.off()) {
      return TokenLogProbs.of(reference.orElseThrow(), batch, settings.temperature()).logProbs();
    }
  }

  // ---- going on later -------------------------------------------------------------------------

  /** Writes what, beside the policy's weights, must be there to go on. */
  public void save(Path checkpoint) {
    TrainerState.save(checkpoint, optimizer, loss.parameters());
  }

  /** Takes up what {@link #save} wrote. */
  public void restore(Path checkpoint) {
    TrainerState.restore(checkpoint, optimizer, loss.parameters());
  }

  @Override
  public void close() {
    optimizer.close();
    loss.close();
  }
}
