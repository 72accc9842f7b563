package io.braid.train;

import io.braid.model.ChosenTokens;
import io.braid.model.Transformer;
import io.braid.model.Transformer.LatentTap;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fills the columns that the advantage, the loss and the token signals need before the update, with
 * one forward pass of each model involved.
 *
 * @param policy the policy, for log π_old and entropies
 * @param reference the reference, for log π_ref
 * @param critic the critic, for values
 * @param microBatchTokens maximum number of tokens in a micro-batch
 * @param temperature divisor of the logits, as in the rollout
 */
record Measurement(
    Transformer policy,
    Optional<Transformer> reference,
    Optional<Critic> critic,
    int microBatchTokens,
    double temperature) {

  /** The columns that a forward pass of the policy fills, always both. */
  static final Set<Column<float[]>> OF_POLICY = Set.of(Column.OLD_LOG_PROBS, Column.ENTROPIES);

  /**
   * Fills columns.
   *
   * @param wanted the columns to fill; log π_old and entropies are filled together
   * @param signals token signals, which compute each part's rewards after its columns are filled;
   *     empty if this happens later
   * @return the table with the wanted columns and the signals' token rewards
   */
  Trajectories fill(Trajectories t, Set<Column<float[]>> wanted, Optional<StepSignals> signals) {
    boolean watched = signals.isPresent() && signals.get().watches();
    if (wanted.isEmpty() && !watched) {
      return signals.map(each -> each.reward(t)).orElse(t);
    }
    Filling filling = new Filling(this, t, wanted, signals);
    for (Trajectories part : MicroBatches.of(t, microBatchTokens, /* wholeGroups= */ false)) {
      filling.measure(part);
    }
    Trajectories filled = t;
    for (Map.Entry<Column<float[]>, float[]> each : filling.columns.entrySet()) {
      filled = filled.with(each.getKey(), each.getValue());
    }
    return signals.isPresent()
        ? filled.with(Column.TOKEN_REWARDS, signals.get().rewards())
        : filled;
  }

  /** Fills the columns of all rows, one part after another. */
  private static final class Filling {
    private final Measurement models;
    private final Trajectories all;
    private final Set<Column<float[]>> wanted;
    private final Optional<StepSignals> signals;
    private final boolean asksPolicy;
    private final Map<Column<float[]>, float[]> columns = new HashMap<>();

    Filling(
        Measurement models,
        Trajectories all,
        Set<Column<float[]>> wanted,
        Optional<StepSignals> signals) {
      this.models = models;
      this.all = all;
      this.wanted = wanted;
      this.signals = signals;
      this.asksPolicy = wanted.stream().anyMatch(OF_POLICY::contains);
    }

    void measure(Trajectories part) {
      try (Scope scope = Scope.open()) {
        PackedBatch batch =
            PackedBatch.of(
                part.sequences(),
                signals.map(StepSignals::watches).orElse(false)
                    ? PackedBatch.Packing.WHOLE
                    : PackedBatch.Packing.PREDICTORS);
        StepSignals.Watching watching =
            signals.map(each -> each.watch(batch.sequences())).orElse(StepSignals.Watching.NONE);
        Map<Column<float[]>, float[]> own;
        try (Gradients off = Gradients.off()) {
          own = forward(batch, watching);
        }
        own.forEach((column, values) -> put(part, column, values));
        if (signals.isPresent()) {
          Trajectories measured = part;
          for (Map.Entry<Column<float[]>, float[]> each : own.entrySet()) {
            measured = measured.with(each.getKey(), each.getValue());
          }
          signals.get().reward(measured);
        }
      }
    }

    /** Runs one forward pass of each model involved; the watches observe the policy's. */
    private Map<Column<float[]>, float[]> forward(
        PackedBatch batch, StepSignals.Watching watching) {
      Map<Column<float[]>, float[]> own = new HashMap<>();
      if (asksPolicy) {
        ChosenTokens policy = chosen(models.policy, batch, watching.tap(), /* entropies= */ true);
        own.put(Column.OLD_LOG_PROBS, policy.logProbs().toFloats());
        own.put(Column.ENTROPIES, policy.entropies().orElseThrow().toFloats());
      } else if (!watching.isEmpty()) {
        models.policy.latents(batch.input(), batch.attention(), watching, watching.depth());
      }
      if (wanted.contains(Column.REF_LOG_PROBS)) {
        own.put(Column.REF_LOG_PROBS, reference(models.reference.orElseThrow(), batch));
      }
      if (wanted.contains(Column.VALUES)) {
        own.put(Column.VALUES, models.critic.orElseThrow().values(batch).toFloats());
      }
      return own;
    }

    /**
     * Computes log π_ref. If the reference is the policy itself, trained with adapters, they are
     * removed during the pass.
     */
    private float[] reference(Transformer reference, PackedBatch batch) {
      try (Transformer.WithoutAdapters base = reference.withoutAdapters()) {
        return chosen(reference, batch, LatentTap.NONE, /* entropies= */ false)
            .logProbs()
            .toFloats();
      }
    }

    private ChosenTokens chosen(
        Transformer model, PackedBatch batch, LatentTap tap, boolean entropies) {
      Tensor hidden = model.hidden(batch.input(), batch.attention(), tap); // [N, width]
      return batch.chosen(model, hidden, models.temperature, entropies);
    }

    private void put(Trajectories part, Column<float[]> column, float[] values) {
      float[] whole = columns.computeIfAbsent(column, _ -> new float[all.tokens()]);
      for (int row = 0; row < part.rows(); row++) {
        System.arraycopy(
            values, part.start(row), whole, all.start(part.rowOfStep(row)), part.length(row));
      }
    }
  }
}
