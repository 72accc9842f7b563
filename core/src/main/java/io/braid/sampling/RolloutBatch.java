package io.braid.sampling;

import io.braid.trajectory.Trajectories;

/**
 * The responses that a step learns from, and what it took to get them.
 *
 * @param trajectories the step's table, with what the rollout and the verifier filled
 * @param verifySeconds how long verification went on after the last response was sampled
 * @param sampled sums over everything that was sampled for the step
 */
public record RolloutBatch(
    Trajectories trajectories, double verifySeconds, SamplingStatistics sampled) {}
