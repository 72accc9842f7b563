package io.braid.train;

import io.braid.objective.loss.LossValue;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Collects the columns that a loss fills from a step's micro-batches. */
final class RowColumns {
  private final Map<Column<double[]>, Map<Integer, Double>> values = new HashMap<>();

  /**
   * Adds the loss's values for some rows; if a row is added again, its new value replaces the old
   * one.
   */
  void accept(LossValue value, Trajectories part) {
    value
        .rows()
        .forEach((column, tensor) -> {
          double[] numbers = tensor.toDoubles(); // [r]
          Map<Integer, Double> byRow = values.computeIfAbsent(column, _ -> new HashMap<>());
          for (int row = 0; row < numbers.length; row++) {
            byRow.put(part.rowOfStep(row), numbers[row]);
          }
        });
  }

  /** Fills the columns for which the loss gave a value for every row. */
  Trajectories fill(Trajectories t) {
    Trajectories filled = t;
    for (Map.Entry<Column<double[]>, Map<Integer, Double>> each : values.entrySet()) {
      if (each.getValue().size() == t.rows()) {
        double[] column = new double[t.rows()];
        Arrays.setAll(column, row -> each.getValue().get(t.rowOfStep(row)));
        filled = filled.with(each.getKey(), column);
      }
    }
    return filled;
  }
}
