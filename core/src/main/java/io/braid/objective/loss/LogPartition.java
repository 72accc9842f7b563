package io.braid.objective.loss;

import io.braid.model.PartitionHead;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/** log Z(x), the log-partition function of FlowRL's target. */
sealed interface LogPartition extends AutoCloseable {
  /**
   * log Z of each response's prompt.
   *
   * @return [r]
   */
  Tensor of(LossBatch batch);

  /** Called before each optimizer step. */
  void beginStep(long seed);

  @Override
  void close();

  /** A partition head, trained with the policy. */
  final class Learned implements LogPartition {
    private final PartitionHead head;
    private Optional<RandomSource> noise = Optional.empty();

    /** Owns the head, and closes it. */
    Learned(PartitionHead head) {
      this.head = head;
    }

    PartitionHead head() {
      return head;
    }

    @Override
    public Tensor of(LossBatch batch) {
      return head.logZ(batch.promptStates().orElseThrow(), noise);
    }

    @Override
    public void beginStep(long seed) {
      noise.ifPresent(RandomSource::close);
      noise = Optional.of(new RandomSource(seed));
    }

    @Override
    public void close() {
      noise.ifPresent(RandomSource::close);
      head.close();
    }
  }

  /** A constant: minus the mean residual without log Z, over the optimizer step or over a group. */
  final class MeanResidual implements LogPartition {
    private final boolean byGroup;
    private double[] logZ = {};

    MeanResidual(boolean byGroup) {
      this.byGroup = byGroup;
    }

    /**
     * Takes the optimizer step's residuals without log Z.
     *
     * @param residuals [r]
     */
    void fit(Tensor residuals, LossBatch step) {
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

    @Override
    public void beginStep(long seed) {}

    @Override
    public void close() {}
  }
}
