package io.braid.objective.loss;

import io.braid.Metric;
import io.braid.tensor.Tensor;
import java.util.Map;

/**
 * A loss with metrics.
 *
 * @param loss scalar, this batch's share of the step's loss
 * @param shares scalars without gradients, under the metrics that the loss declares: this batch's
 *     share of the step's mean
 */
public record LossValue(Tensor loss, Map<Metric, Tensor> shares) {}
