package io.braid.objective.loss;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.objective.EqualRewards;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * DISA (arXiv 2605.17295): estimates log Z once, by importance sampling from proposals that do not
 * depend on the policy, and then keeps it fixed. Here the proposals y_1 … y_K are responses of
 * π_ref, so the weight of each under FlowRL's target is exp(|y| (β r − log Z)), and log Z
 * normalises the target to a distribution:
 *
 * <pre>
 *   E_{y ~ π_ref}[ exp( |y| (β r(x, y) − log Z(x)) ) ] = 1 , with E estimated by the mean over y_k
 * </pre>
 *
 * If all proposals have the same length L, this is log Z = (1/L) log mean_k exp(L β r_k). The
 * target must not depend on the policy, so the advantage must be the reward itself.
 *
 * @param proposals K, the number of responses of π_ref per prompt
 */
public record Disa(
    @Doc("Number of reference responses per prompt, sampled once.") @Default("64") int proposals)
    implements LogZ {
  private static final int BISECTIONS = 100;

  /** Checks the number of proposals. */
  public Disa {
    Check.atLeast("proposals", proposals, 2);
  }

  @Override
  public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
    OptionalDouble beta = loss.beta().fixed();
    if (beta.isEmpty()) {
      throw new SettingError(
          "beta",
          "auto changes with the policy's responses, but log_z disa is estimated once; set beta to"
              + " a number");
    }
    return new Frozen(new Proposals(proposals, beta.getAsDouble()));
  }

  /** Reads the frozen log Z from the table. */
  private record Frozen(Proposals proposals) implements LogPartition {
    @Override
    public Tensor of(LossBatch batch) {
      double[] logZ = batch.trajectories().get(Column.LOG_Z);
      return Tensor.of(logZ, logZ.length).to(batch.lengths().dtype());
    }

    @Override
    public Optional<PromptEstimate> estimate() {
      return Optional.of(proposals);
    }
  }

  /**
   * Estimates log Z from a prompt's proposals.
   *
   * @param proposals K, the number of responses of π_ref per prompt
   * @param beta β
   */
  record Proposals(int proposals, double beta) implements PromptEstimate {
    @Override
    public Column<double[]> column() {
      return Column.LOG_Z;
    }

    @Override
    public Estimate of(Trajectories t) {
      double[] rewards = t.totalRewards();
      double[] lengths = IntStream.range(0, t.rows()).mapToDouble(t::length).toArray();
      double logZ = logZ(rewards, lengths);
      double[] weights =
          IntStream.range(0, t.rows())
              .mapToDouble(k -> Math.exp(lengths[k] * (beta * rewards[k] - logZ)))
              .toArray();
      double sum = Arrays.stream(weights).sum();
      double squares = Arrays.stream(weights).map(w -> w * w).sum();
      return new Estimate(logZ, sum * sum / squares, !EqualRewards.all(rewards));
    }

    /**
     * Finds the root of log mean_k exp(|y_k| (β r_k − z)), which decreases with z, by bisection.
     */
    private double logZ(double[] rewards, double[] lengths) {
      DoubleUnaryOperator logMean =
          z -> {
            double[] exponents =
                IntStream.range(0, rewards.length)
                    .mapToDouble(k -> lengths[k] * (beta * rewards[k] - z))
                    .toArray();
            double most = Arrays.stream(exponents).max().orElseThrow();
            return most
                + Math.log(
                    Arrays.stream(exponents).map(e -> Math.exp(e - most)).average().orElseThrow());
          };
      double low = beta * Arrays.stream(rewards).min().orElseThrow();
      double high = beta * Arrays.stream(rewards).max().orElseThrow();
      for (int i = 0; i < BISECTIONS && low < high; i++) {
        double middle = low + (high - low) / 2;
        if (logMean.applyAsDouble(middle) > 0) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return high;
    }
  }
}
