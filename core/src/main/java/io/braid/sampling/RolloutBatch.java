package io.braid.sampling;

import io.braid.trajectory.Trajectories;

/**
 * The responses that a step trains on, with statistics of their sampling.
 *
 * @param trajectories the step's table, with the columns of the rollout and the verifier
 * @param verifySeconds time of verification after the last response was sampled, in seconds
 * @param sampled sums over all responses that were sampled for the step
 */
public record RolloutBatch(
    Trajectories trajectories, double verifySeconds, SamplingStatistics sampled) {}
