package io.braid.objective.loss;

import io.braid.Metric;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import java.util.Map;

/**
 * A loss with metrics.
 *
 * @param loss scalar, this batch's share of the step's loss
 * @param shares scalars without gradients, under the metrics that the loss declares: this batch's
 *     share of the step's mean
 * @param rows [r] without gradients: columns of the step's table that the loss fills, for its
 *     curriculum
 */
public record LossValue(
    Tensor loss, Map<Metric, Tensor> shares, Map<Column<double[]>, Tensor> rows) {
  /** A loss that fills no columns. */
  public LossValue(Tensor loss, Map<Metric, Tensor> shares) {
    this(loss, shares, Map.of());
  }
}
