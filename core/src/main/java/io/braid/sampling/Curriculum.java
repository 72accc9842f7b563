package io.braid.sampling;

import io.braid.trajectory.Trajectories;
import java.util.function.Supplier;

/**
 * Chooses the problems that a step samples, and may learn from what became of them.
 *
 * <p>A step asks it for problems in rounds, until it names none. It may drop sampled groups, or add
 * rows of its own such as earlier responses, in {@link #take}. All calls come one after another;
 * with one-step off-policy rollouts a step's table is observed after the next step's problems have
 * been chosen.
 */
public interface Curriculum {
  /**
   * What a step asks for.
   *
   * @param step from 0
   * @param round how often the step has asked before
   * @param prompts how many groups the step wants in all
   * @param taken the groups that have been taken so far
   */
  record Request(int step, int round, int prompts, Trajectories taken) {}

  /**
   * The problems to sample next, by their index in the data; a problem may come twice. None when
   * the step is to begin with what it has.
   */
  int[] next(Request request);

  /**
   * The step's table after some more groups were sampled and verified.
   *
   * @param request the request that they answer
   * @param sampled the new groups, with verdicts and rollout log-probabilities
   */
  default Trajectories take(Request request, Trajectories sampled) {
    return request.taken().and(sampled);
  }

  /** Called once a step has been learned from, with its finished table. */
  default void observe(Trajectories learned) {}

  /** All that it must know to go on from here, as text for a checkpoint. */
  default String state() {
    return "";
  }

  /**
   * The {@link #state} of now, put into text only if a checkpoint is written. A curriculum whose
   * state is large overrides it; what it supplies must not change when the curriculum goes on.
   */
  default Supplier<String> snapshot() {
    String now = state();
    return () -> now;
  }

  /** Restores a state that {@link #state} gave. */
  default void restore(String state) {}
}
