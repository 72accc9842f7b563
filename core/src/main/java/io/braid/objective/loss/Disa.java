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
 * DISA (arXiv 2605.17295): log Z is estimated by importance sampling from proposals that do not
 * depend on the policy, and then frozen. Here the proposals y_1 … y_K are responses of π_ref, so
 * that the weight of each under FlowRL's target is exp(|y| (β r − log Z)), and log Z is the number
 * that makes the target a distribution:
 *
 * <pre>
 *   E_{y ~ π_ref}[ exp( |y| (β r(x, y) − log Z(x)) ) ] = 1 , the expectation by its mean over y_k
 * </pre>
 *
 * Where all proposals have the same length L this is log Z = (1/L) log mean_k exp(L β r_k). The
 * target must not move with the policy, so the advantage must be the reward itself.
 *
 * @param proposals K, responses of π_ref for each prompt
 */
public record Disa(
    @Doc("Responses of the reference sampled for each prompt, once.") @Default("64") int proposals)
    implements LogZ {
  private static final int BISECTIONS = 100;

  /** Checks the number. */
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

  /** Reads log Z from the table. */
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
   * The estimate from a prompt's proposals.
   *
   * @param proposals K
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

    /** The root of log mean_k exp(|y_k| (β r_k − z)), which falls as z grows. */
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
