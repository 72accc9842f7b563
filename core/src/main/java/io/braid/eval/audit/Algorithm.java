package io.braid.eval.audit;

import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.LossSettings;
import io.braid.train.OptimizerSettings;

/**
 * What is audited.
 *
 * @param name as people call it
 * @param estimator how rewards become advantages
 * @param loss what is descended
 * @param optimizer how the policy moves
 * @param steps rollouts, each with one optimizer step
 */
public record Algorithm(
    String name,
    AdvantageEstimator estimator,
    LossSettings loss,
    OptimizerSettings optimizer,
    int steps) {}
