package io.braid.objective.loss;

import io.braid.tensor.Tensor;
import java.util.Arrays;

/**
 * A constant log Z: the negative mean of the residuals without log Z, over the optimizer step or
 * over a group.
 */
final class MeanResidual implements LogPartition {
  private final boolean byGroup;
  private double[] logZ = {};

  MeanResidual(boolean byGroup) {
    this.byGroup = byGroup;
  }

  @Override
  public boolean fits() {
    return true;
  }

  @Override
  public void fit(Tensor residuals, LossBatch step) {
    double[] values = residuals.toDoubles();
    long[] groups = step.groupOf().toLongs();
    double[] sums = new double[Math.toIntExact(step.totals().groups())];
    double[] counts = new double[sums.length];
    for (int r = 0; r < values.length; r++) {
      sums[(int) groups[r]] += values[r];
      counts[(int) groups[r]]++;
    }
    double mean = Arrays.stream(values).average().orElse(0);
    logZ = new double[sums.length];
    Arrays.setAll(logZ, g -> byGroup && counts[g] > 0 ? -sums[g] / counts[g] : -mean);
  }

  @Override
  public Tensor of(LossBatch batch) {
    Tensor ofGroups = Tensor.of(logZ, logZ.length).to(batch.lengths().dtype()); // [groups]
    return ofGroups.indexSelect(0, batch.groupOf());
  }
}
