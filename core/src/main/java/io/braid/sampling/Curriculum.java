package io.braid.sampling;

import io.braid.trajectory.Trajectories;
import java.util.function.Supplier;

/**
 * Chooses the problems that a step samples, and may adapt to the results.
 *
 * <p>A step requests problems in rounds, until {@link #next} returns none. In {@link #take}, a
 * curriculum may drop sampled groups or add other rows, such as earlier responses. Calls are never
 * made concurrently. With one-step off-policy rollouts, a step's table is observed after the next
 * step's problems have been chosen.
 */
public interface Curriculum {
  /**
   * A step's request for problems.
   *
   * @param step index of the step, from 0
   * @param round number of the step's earlier requests
   * @param prompts total number of groups that the step needs
   * @param taken the groups that have been taken so far
   */
  record Request(int step, int round, int prompts, Trajectories taken) {}

  /**
   * Returns the problems to sample next, by their index in the data; a problem may occur twice. An
   * empty array ends the requests, and the step trains on the groups taken so far.
   */
  int[] next(Request request);

  /**
   * Adds newly sampled and verified groups to the step's table.
   *
   * @param request the request for which the groups were sampled
   * @param sampled the new groups, with verdicts and rollout log-probabilities
   * @return the step's table
   */
  default Trajectories take(Request request, Trajectories sampled) {
    return request.taken().and(sampled);
  }

  /** Called with a step's finished table after training on it. */
  default void observe(Trajectories learned) {}

  /** Returns the curriculum's complete state, as text for a checkpoint. */
  default String state() {
    return "";
  }

  /**
   * Returns a supplier of the current {@link #state}, which is called only if a checkpoint is
   * written. A curriculum with a large state overrides this method to avoid creating the text at
   * every step; the supplied text must not change when the curriculum continues.
   */
  default Supplier<String> snapshot() {
    String now = state();
    return () -> now;
  }

  /** Restores a state that {@link #state} returned. */
  default void restore(String state) {}
}
