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
 * A source of token rewards: a KL penalty, an entropy bonus, a flow field, a process reward model.
 * Its rewards are added to {@link Column#TOKEN_REWARDS}.
 *
 * <p>A signal without state implements only {@link #begin}, as {@code return part -> rewards}. A
 * signal that learns also returns its checkpoint {@link #parts}; a signal that reads the policy's
 * hidden states implements {@link OfStep#watch}.
 */
public interface TokenSignal extends AutoCloseable {
  /** Returns the columns that the signal reads; they are filled before {@link #begin}. */
  default Set<Column<float[]>> needs() {
    return Set.of();
  }

  /** Returns whether the signal watches the policy's forward passes. */
  default boolean watches() {
    return false;
  }

  /**
   * Returns whether the signal's rewards give a learning signal even if the verifier gives all
   * responses the same reward.
   */
  default boolean teaches() {
    return true;
  }

  /**
   * Returns whether the policy is not trained at a step, because the signal is still being
   * pretrained.
   */
  default boolean policyWaits(int step) {
    return false;
  }

  /**
   * Begins a step.
   *
   * @param step index of the step, from 0
   * @param t the step's table, with verdicts and rewards
   */
  OfStep begin(int step, Trajectories t);

  /** Returns the number of optimizer steps that the signal has begun. */
  default long updates() {
    return 0;
  }

  /** Returns the signal's state as checkpoint parts. */
  default CheckpointParts parts() {
    return CheckpointParts.none();
  }

  @Override
  default void close() {}

  /** A signal at one step. It receives the step's responses in parts, and each row exactly once. */
  @FunctionalInterface
  interface OfStep extends AutoCloseable {
    /**
     * Called before the policy computes a part, if the signal watches the forward passes. {@link
     * #rewards} is then called for the same part.
     *
     * @param part location of each row's tokens in the packed batch
     * @return the observer of the policy's hidden states; it belongs to the open scope
     */
    default Optional<Watch> watch(List<PackedSequence> part) {
      return Optional.empty();
    }

    /**
     * Computes the rewards of a part's tokens.
     *
     * @param part some rows, with the columns that the signal needs
     * @return [n]
     */
    double[] rewards(Trajectories part);

    /** Ends the step after all parts: trains the signal, if it learns, and returns its metrics. */
    default MetricValues end() {
      return new MetricValues();
    }

    @Override
    default void close() {}
  }

  /** Observes hidden states while the policy computes them. */
  interface Watch extends LatentTap {
    /** Returns the number of decoder layers that must run for this observer. */
    int depth();
  }
}
