package io.braid.objective.signal;

import io.braid.MetricValues;
import io.braid.checkpoint.CheckpointParts;
import io.braid.model.PackedSequence;
import io.braid.model.Transformer.LatentTap;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A source of rewards for single tokens: a KL penalty, an entropy bonus, a flow field, a process
 * reward model. Its rewards are added to {@link Column#TOKEN_REWARDS}.
 *
 * <p>A signal without state of its own implements {@link #begin} alone, as {@code return part ->
 * rewards}. One that learns also names the parts that are saved; one that reads the policy's hidden
 * states says how it {@linkplain OfStep#watch watches}.
 */
public interface TokenSignal extends AutoCloseable {
  /** The columns that it reads; they are filled before it is asked. */
  default Set<Column<float[]>> needs() {
    return Set.of();
  }

  /** Whether it watches the policy's passes. */
  default boolean watches() {
    return false;
  }

  /** Whether its rewards teach the policy even where all responses earned the same. */
  default boolean teaches() {
    return true;
  }

  /** Whether the policy should wait at a step, because the signal has still to learn. */
  default boolean policyWaits(int step) {
    return false;
  }

  /**
   * Begins a step.
   *
   * @param step from 0
   * @param t the step's table, with verdicts and rewards
   */
  OfStep begin(int step, Trajectories t);

  /** How many optimizer steps it has begun. */
  default long updates() {
    return 0;
  }

  /** Its state, as parts of a checkpoint. */
  default CheckpointParts parts() {
    return CheckpointParts.none();
  }

  @Override
  default void close() {}

  /** A signal at one step. It sees the step's responses part by part, each row once. */
  @FunctionalInterface
  interface OfStep extends AutoCloseable {
    /**
     * Called before the policy computes a part, by signals that watch; {@link #rewards} for the
     * same part comes next.
     *
     * @param part where each row's tokens lie in the packed batch
     * @return what the policy shows its hidden states to; it belongs to the open scope
     */
    default Optional<Watch> watch(List<PackedSequence> part) {
      return Optional.empty();
    }

    /**
     * The rewards of a part's tokens.
     *
     * @param part some rows, with the columns that the signal needs
     * @return [n]
     */
    double[] rewards(Trajectories part);

    /** Ends the step, after all parts: learns, and returns the metrics that it declares. */
    default MetricValues end() {
      return new MetricValues();
    }

    @Override
    default void close() {}
  }

  /** Sees hidden states while the policy computes them. */
  interface Watch extends LatentTap {
    /** How many decoder layers must run for it to see all that it wants. */
    int depth();
  }
}
