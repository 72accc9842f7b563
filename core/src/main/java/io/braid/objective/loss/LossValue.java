package io.braid.objective.loss;

import io.braid.tensor.Tensor;
import java.util.Map;

/**
 * A loss, and numbers that tell how it is doing.
 *
 * @param loss scalar, this batch's share of the step's loss
 * @param shares scalars by name, cut off from the policy; this batch's share of the step's mean
 */
public record LossValue(Tensor loss, Map<String, Tensor> shares) {}
