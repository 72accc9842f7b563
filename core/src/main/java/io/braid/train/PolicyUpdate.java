package io.braid.train;

import io.braid.Check;
import io.braid.Seeds;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.OptimizerState;
import io.braid.model.ChosenTokens;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.loss.LossBatch;
import io.braid.objective.loss.LossValue;
import io.braid.objective.loss.PolicyLoss;
import io.braid.objective.loss.PromptPooling;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Runs the policy's optimizer steps on a loss, in micro-batches. */
final class PolicyUpdate implements AutoCloseable {
  private final Transformer policy;
  private final PolicyLoss loss;
  private final Settings settings;
  private final AdamW optimizer;

  /**
   * Settings that are constant during a run.
   *
   * @param updates number of optimizer steps of the whole run
   * @param microBatchTokens maximum number of tokens in a micro-batch
   * @param temperature divisor of the logits, as in the rollout
   * @param exactRollouts whether the rollout's entropies are those that a training pass would
   *     compute
   * @param keepsOld whether log π_old is a column of the table; if not, a step has a single update,
   *     and π_old is the policy before it
   * @param seed seed of the random numbers in the loss
   * @param optimizer settings of the policy's optimizer
   */
  record Settings(
      int updates,
      int microBatchTokens,
      double temperature,
      boolean exactRollouts,
      boolean keepsOld,
      long seed,
      OptimizerSettings optimizer) {}

  /** Creates an update; the caller closes the policy, this object closes the loss. */
  PolicyUpdate(Transformer policy, PolicyLoss loss, Settings settings) {
    this.policy = policy;
    this.loss = loss;
    this.settings = settings;
    List<AdamW.Group> groups = new ArrayList<>();
    groups.add(settings.optimizer().group(policy.trained(), settings.updates()));
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
   * Runs one optimizer step.
   *
   * @param mini the mini-batch's rows, with advantages
   * @param update index of the update in the run, from 0
   * @param late signals that compute token rewards during the training pass; empty if token rewards
   *     are already filled
   * @param observes whether the report still needs the policy's log-probabilities and entropies
   */
  void learn(
      Trajectories mini,
      int update,
      Optional<StepSignals> late,
      boolean observes,
      StepReport.Builder report) {
    LossBatch.Totals totals = new LossBatch.Totals(mini.tokens(), mini.rows(), mini.groupCount());
    Trajectories working = late.isPresent() ? mini : where(mini, /* leftOut= */ false);
    loss.beginStep(Seeds.derive(settings.seed(), Seeds.Stream.LOSS, update));
    if (loss.prepares() && working.rows() > 0) {
      prepare(working, totals);
    }
    for (Trajectories rows :
        MicroBatches.of(working, settings.microBatchTokens(), loss.wholeGroups())) {
      try (Scope scope = Scope.open()) {
        PackedBatch batch = pack(rows, /* ends= */ late.isPresent());
        StepSignals.Watching watching =
            late.map(each -> each.watch(batch.sequences())).orElse(StepSignals.Watching.NONE);
        TrainingPass now =
            report.timed(
                StepMetrics.FORWARD_SECONDS,
                () ->
                    TrainingPass.of(
                        policy, batch, settings.temperature(), watching.tap(), observes));
        Trajectories part = late.map(signals -> rewarded(rows, signals)).orElse(rows);
        Tensor old =
            settings.keepsOld() ? part.pack(Column.OLD_LOG_PROBS) : now.logProbs().detach(); // [n]
        LossValue value =
            Check.returned("loss", loss, "of", loss.of(lossBatch(part, batch, now, old, totals)));
        report.timed(StepMetrics.BACKWARD_SECONDS, () -> now.backward(value.loss()));
        optimizer.accumulate();
        report.learned(value, part);
        now.entropies()
            .ifPresent(entropies -> report.observed(part, old.toFloats(), entropies.toFloats()));
      }
    }
    AdamW.Outcome outcome =
        report.timed(
            StepMetrics.OPTIMIZER_SECONDS,
            () -> {
              AdamW.Outcome done = optimizer.step(update);
              policy.merge();
              return done;
            });
    report.updated(outcome, optimizer.rate(update), /* learned= */ working.rows() > 0);
  }

  /**
   * Fills the token rewards of rows and adds them to advantages that were estimated without them.
   */
  private static Trajectories rewarded(Trajectories rows, StepSignals signals) {
    Trajectories part = signals.reward(rows);
    return part.plusToGo(part.get(Column.TOKEN_REWARDS));
  }

  /**
   * Returns either the rows that have no gradient and are left out, or the rows that have a
   * gradient.
   */
  private Trajectories where(Trajectories t, boolean leftOut) {
    if (!loss.ignoresZeroAdvantage()) {
      return leftOut ? t.select(new int[0]) : t;
    }
    return t.select(
        IntStream.range(0, t.rows()).filter(row -> hasAdvantage(t, row) != leftOut).toArray());
  }

  private static boolean hasAdvantage(Trajectories t, int row) {
    float[] advantages = t.get(Column.ADVANTAGES);
    return IntStream.range(t.start(row), t.start(row + 1)).anyMatch(i -> advantages[i] != 0);
  }

  /**
   * Adds the rows that {@link #learn} leaves out to the report, so that the entropy is that of all
   * rows. What the rollout knows is not computed again.
   */
  void observeLeftOut(Trajectories t, StepReport.Builder report) {
    Trajectories leftOut = where(t, /* leftOut= */ true);
    Trajectories unknown = settings.exactRollouts() ? report.observedBySampling(leftOut) : leftOut;
    for (Trajectories part :
        MicroBatches.of(unknown, settings.microBatchTokens(), /* wholeGroups= */ false)) {
      try (Scope scope = Scope.open();
          Gradients off = Gradients.off()) {
        PackedBatch batch = PackedBatch.of(part.sequences(), PackedBatch.Packing.PREDICTORS);
        Tensor hidden =
            policy.hidden(
                batch.input(), batch.attention(), Transformer.LatentTap.NONE); // [N, width]
        ChosenTokens seen =
            batch.chosen(policy, hidden, settings.temperature(), /* entropies= */ true);
        report.observed(
            part, seen.logProbs().toFloats(), seen.entropies().orElseThrow().toFloats());
      }
    }
  }

  private PackedBatch pack(Trajectories part, boolean ends) {
    return PackedBatch.of(
        part.sequences(),
        new PackedBatch.Packing(
            loss.promptStates().map(PromptPooling::lastToken).orElse(true), ends));
  }

  private LossBatch lossBatch(
      Trajectories part, PackedBatch batch, TrainingPass now, Tensor old, LossBatch.Totals totals) {
    Optional<Tensor> promptStates =
        loss.promptStates()
            .map(pooling -> pooling.gradients() ? now.hidden() : now.hidden().detach())
            .map(batch::promptMeans); // [r, hidden]
    return lossBatch(part, batch, now.logProbs(), old, promptStates, totals);
  }

  private static LossBatch lossBatch(
      Trajectories part,
      PackedBatch batch,
      Tensor logProbs,
      Tensor old,
      Optional<Tensor> promptStates,
      LossBatch.Totals totals) {
    long[] groups = IntStream.range(0, part.rows()).mapToLong(part::group).toArray();
    return new LossBatch(
        part,
        logProbs,
        old,
        part.packIfPresent(Column.REF_LOG_PROBS),
        part.pack(Column.ADVANTAGES),
        part.packIfPresent(Column.IMPORTANCE_WEIGHTS),
        batch.responseOf(),
        batch.lengths(),
        Tensor.of(groups, groups.length),
        promptStates,
        totals);
  }

  /** Passes all rows of the optimizer step to the loss before training on them in micro-batches. */
  private void prepare(Trajectories working, LossBatch.Totals totals) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor old = working.pack(Column.OLD_LOG_PROBS); // [n]
      loss.prepare(
          lossBatch(working, pack(working, /* ends= */ false), old, old, Optional.empty(), totals));
    }
  }

  /**
   * Returns the number of optimizer steps that were skipped so far because a gradient was not
   * finite.
   */
  long skipped() {
    return optimizer.skipped();
  }

  /** Returns the number of optimizer steps that were begun. */
  long begun() {
    return optimizer.begun();
  }

  /** Returns the optimizer and the loss's parameters as checkpoint parts. */
  CheckpointParts parts() {
    return CheckpointParts.none()
        .with(
            OptimizerState.FILE,
            file -> OptimizerState.save(file, optimizer, loss.parameters()),
            file -> OptimizerState.restore(file, optimizer, loss.parameters()));
  }

  @Override
  public void close() {
    optimizer.close();
    loss.close();
  }
}
