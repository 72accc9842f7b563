package io.braid.train;

import io.braid.flow.Latents;
import io.braid.model.ChosenTokens;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.objective.loss.LossBatch;
import io.braid.objective.loss.LossValue;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PromptPooling;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The policy's optimizer steps: descends a loss on responses, in parts that fit the memory. */
final class PolicyUpdate implements AutoCloseable {
  private final Transformer policy;
  private final PolicyLoss loss;
  private final Settings settings;
  private final AdamW optimizer;

  /**
   * What does not change during a run.
   *
   * @param updates optimizer steps of the whole run
   * @param microBatchTokens the most tokens computed at once
   * @param temperature what the logits are divided by, as in the rollout
   * @param seed of what the loss draws
   * @param optimizer how the policy moves
   */
  record Settings(
      int updates,
      int microBatchTokens,
      double temperature,
      long seed,
      OptimizerSettings optimizer) {}

  /** The policy is the caller's; the loss is closed with this. */
  PolicyUpdate(Transformer policy, PolicyLoss loss, Settings settings) {
    this.policy = policy;
    this.loss = loss;
    this.settings = settings;
    List<AdamW.Group> groups = new ArrayList<>();
    groups.add(settings.optimizer().group(policy.parameters(), settings.updates()));
    if (!loss.parameters().isEmpty()) {
      groups.add(
          settings
              .optimizer()
              .group(
                  loss.parameters(),
                  settings.updates(),
                  loss.learningRate().orElse(settings.optimizer().learningRate())));
    }
    this.optimizer = new AdamW(settings.optimizer().adam(), groups);
  }

  /**
   * Learns from some responses.
   *
   * @param groups prompts that the whole step has
   * @param update its number in the run
   * @param flow rewards the tokens while they are learned from; empty when they have been rewarded
   * @param looks whether the report has not yet seen what the policy makes of the tokens
   */
  void learn(
      List<Experience> miniBatch,
      int groups,
      int update,
      Optional<FlowStep> flow,
      boolean looks,
      StepReport.Builder report) {
    LossBatch.Totals totals =
        new LossBatch.Totals(Experience.tokens(miniBatch), miniBatch.size(), groups);
    List<Experience> working =
        flow.isPresent() ? miniBatch : miniBatch.stream().filter(each -> !isLeftOut(each)).toList();
    loss.beginStep(settings.seed() * 7_368_787L + update);
    if (loss.surveys() && !working.isEmpty()) {
      survey(working, totals);
    }
    for (List<Experience> sampled :
        MicroBatches.split(working, Experience::sequence, settings.microBatchTokens())) {
      try (Scope scope = Scope.open()) {
        PackedBatch batch = pack(sampled, /* ends= */ flow.isPresent());
        Optional<Latents> latents = flow.map(each -> each.latents(batch));
        TrainingPass now =
            report.timed(
                "forward",
                () ->
                    TrainingPass.of(
                        policy, batch, settings.temperature(), Latents.tap(latents), looks));
        List<Experience> part =
            flow.map(each -> each.rewarded(sampled, latents.orElseThrow())).orElse(sampled);
        Tensor old =
            Experience.packAny(part, each -> each.measured().oldLogProbs())
                .orElse(now.logProbs().detach()); // [n]
        LossValue value = loss.of(lossBatch(part, batch, now, old, totals));
        report.timed("backward", () -> now.backward(value.loss()));
        optimizer.accumulate();
        report.learned(value, part);
        now.entropies()
            .ifPresent(entropies -> report.looked(part, old.toFloats(), entropies.toFloats()));
      }
    }
    AdamW.Outcome outcome = report.timed("optimizer", () -> optimizer.step(update));
    report.updated(outcome, optimizer.rate(update), /* learned= */ !working.isEmpty());
  }

  /** Whether nothing is learned from a response, so that it is not computed. */
  private boolean isLeftOut(Experience each) {
    return loss.ignoresZeroAdvantage() && !each.hasAdvantage();
  }

  /** Looks at the responses that {@link #learn} leaves out, so that the report is of all. */
  void lookAtLeftOut(List<Experience> experiences, StepReport.Builder report) {
    List<Experience> leftOut = experiences.stream().filter(this::isLeftOut).toList();
    for (List<Experience> part :
        MicroBatches.split(leftOut, Experience::sequence, settings.microBatchTokens())) {
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        PackedBatch batch =
            PackedBatch.of(Experience.sequences(part), PackedBatch.Packing.PREDICTORS);
        Tensor hidden =
            policy.hidden(batch.ids(), batch.attention(), Transformer.LatentTap.NONE); // [N, width]
        ChosenTokens seen =
            batch.chosen(policy, hidden, settings.temperature(), /* entropies= */ true);
        report.looked(part, seen.logProbs().toFloats(), seen.entropies().orElseThrow().toFloats());
      }
    }
  }

  private PackedBatch pack(List<Experience> part, boolean ends) {
    return PackedBatch.of(
        Experience.sequences(part),
        new PackedBatch.Packing(
            loss.promptStates().map(PromptPooling::lastToken).orElse(true), ends));
  }

  private LossBatch lossBatch(
      List<Experience> part,
      PackedBatch batch,
      TrainingPass now,
      Tensor old,
      LossBatch.Totals totals) {
    Optional<Tensor> promptStates =
        loss.promptStates()
            .map(pooling -> pooling.gradients() ? now.hidden() : now.hidden().detach())
            .map(batch::promptMeans); // [r, hidden]
    return lossBatch(part, batch, now.logProbs(), old, promptStates, totals);
  }

  private static LossBatch lossBatch(
      List<Experience> part,
      PackedBatch batch,
      Tensor logProbs,
      Tensor old,
      Optional<Tensor> promptStates,
      LossBatch.Totals totals) {
    long[] groups = part.stream().mapToLong(Experience::group).toArray();
    return new LossBatch(
        logProbs,
        old,
        Experience.packAny(part, each -> each.measured().refLogProbs()),
        Experience.pack(part, Experience::advantages),
        Experience.packAny(part, Experience::correction),
        batch.responseOf(),
        batch.lengths(),
        Tensor.of(groups, groups.length),
        promptStates,
        totals);
  }

  /** Shows the loss the whole optimizer step before it is learned in parts. */
  private void survey(List<Experience> working, LossBatch.Totals totals) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor old =
          Experience.pack(working, each -> each.measured().oldLogProbs().orElseThrow()); // [n]
      loss.survey(
          lossBatch(working, pack(working, /* ends= */ false), old, old, Optional.empty(), totals));
    }
  }

  /** Optimizer steps so far that had no effect, because a gradient was not finite. */
  long skipped() {
    return optimizer.skipped();
  }

  /** Optimizer steps that were begun. */
  long begun() {
    return optimizer.begun();
  }

  /** Writes what, beside the policy's weights, must be there to go on, and facts by name. */
  void save(Path checkpoint, Map<String, String> facts) {
    TrainerState.save(checkpoint.resolve(TrainerState.FILE), optimizer, loss.parameters(), facts);
  }

  /** Takes up what {@link #save} wrote, and returns the facts. */
  Map<String, String> restore(Path checkpoint) {
    return TrainerState.restore(
        checkpoint.resolve(TrainerState.FILE), optimizer, loss.parameters());
  }

  @Override
  public void close() {
    optimizer.close();
    loss.close();
  }
}
