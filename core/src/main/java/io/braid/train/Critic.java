package io.braid.train;

import io.braid.SettingError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.checkpoint.OptimizerState;
import io.braid.model.HiddenPass;
import io.braid.model.Transformer;
import io.braid.model.ValueHead;
import io.braid.nn.AdamW;
import io.braid.nn.OptimizerSettings;
import io.braid.nn.Parameter;
import io.braid.objective.loss.ClippedValueLoss;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.List;

/**
 * A critic: a separate transformer with a value head, which learns to predict the return at each
 * token. It has its own optimizer.
 */
public final class Critic implements AutoCloseable {
  private static final String FILE = "critic.safetensors";

  private final Transformer trunk;
  private final ValueHead head;
  private final Settings settings;
  private final AdamW optimizer;

  /**
   * Settings of the critic.
   *
   * @param updates number of optimizer steps of the whole run
   * @param microBatchTokens maximum number of tokens in a micro-batch
   * @param pretrainSteps number of first steps that train only the critic
   * @param valueClip maximum change of a value in one update
   * @param optimizer settings of the optimizer
   */
  public record Settings(
      int updates,
      int microBatchTokens,
      int pretrainSteps,
      double valueClip,
      OptimizerSettings optimizer) {
    /** Checks the settings. */
    public Settings {
      if (pretrainSteps < 0) {
        throw new SettingError("critic.pretrain_steps", "must be 0 or more, got " + pretrainSteps);
      }
      if (!(valueClip > 0)) {
        throw new SettingError("critic.value_clip", "must be above 0, got " + valueClip);
      }
    }
  }

  /**
   * Creates a critic at step 0.
   *
   * @param trunk the transformer; the caller closes it
   */
  public Critic(Transformer trunk, Settings settings) {
    this.trunk = trunk;
    this.head = new ValueHead(trunk.config().hiddenSize());
    this.settings = settings;
    List<Parameter> all = new ArrayList<>(trunk.trained());
    all.addAll(head.parameters());
    this.optimizer =
        new AdamW(
            settings.optimizer().adam(),
            List.of(settings.optimizer().group(all, settings.updates())));
  }

  /** Returns whether only the critic is trained at a step. */
  boolean warmsUp(int step) {
    return step < settings.pretrainSteps();
  }

  /**
   * Computes V(s_t) at each trained token.
   *
   * @return [n] FLOAT32
   */
  Tensor values(PackedBatch batch) {
    Tensor hidden = trunk.hidden(batch.input(), batch.attention(), Transformer.LatentTap.NONE);
    return head.values(hidden.indexSelect(0, batch.predictors())); // [n]
  }

  /**
   * Runs one optimizer step.
   *
   * @param t table with values and returns
   * @param update index of the update in the run, from 0
   * @return the value loss
   */
  double learn(Trajectories t, int update) {
    ClippedValueLoss loss = new ClippedValueLoss(settings.valueClip());
    double total = 0;
    for (Trajectories part :
        MicroBatches.of(t, settings.microBatchTokens(), /* wholeGroups= */ false)) {
      try (Scope scope = Scope.open()) {
        PackedBatch batch = PackedBatch.of(part.sequences(), PackedBatch.Packing.PREDICTORS);
        HiddenPass pass = trunk.pass(batch.input(), batch.attention(), Transformer.LatentTap.NONE);
        Tensor hidden = pass.states().requiresGrad(true); // [N, width]
        Tensor share =
            loss.of(
                head.values(hidden.indexSelect(0, batch.predictors())),
                part.pack(Column.VALUES),
                part.pack(Column.RETURNS),
                t.tokens());
        share.backward();
        pass.backward(hidden.grad().orElseThrow());
        optimizer.accumulate();
        total += share.item();
      }
    }
    optimizer.step(update);
    trunk.merge();
    return total;
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

  /**
   * Returns the value head and the optimizer as checkpoint parts; the trunk is saved separately as
   * a model.
   */
  CheckpointParts parts() {
    return CheckpointParts.none()
        .with(
            FILE,
            file -> OptimizerState.save(file, optimizer, head.parameters()),
            file -> OptimizerState.restore(file, optimizer, head.parameters()));
  }

  @Override
  public void close() {
    optimizer.close();
    head.close();
  }
}
