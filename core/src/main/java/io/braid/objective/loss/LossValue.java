package io.braid.objective.loss;

import io.braid.Metric;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import java.util.Map;

/**
 * The value of a loss, with its metrics.
 *
 * @param loss scalar: this batch's share of the optimizer step's loss
 * @param shares for each metric of the loss, a scalar without gradients: this batch's share of the
 *     step's mean
 * @param rows columns of the step's table that the loss fills for the curriculum, each [r] without
 *     gradients
 */
public record LossValue(
    Tensor loss, Map<Metric, Tensor> shares, Map<Column<double[]>, Tensor> rows) {
  /** Creates the value of a loss that fills no columns. */
  public LossValue(Tensor loss, Map<Metric, Tensor> shares) {
    this(loss, shares, Map.of());
  }
}
