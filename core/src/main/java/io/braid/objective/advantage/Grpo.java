package io.braid.objective.advantage;

import io.braid.Default;
import io.braid.objective.Estimate;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;

/**
 * GRPO's advantage (Shao et al. 2024, arXiv 2402.03300, section 4.1): a response's reward minus the
 * group's mean, divided by the group's standard deviation; all tokens of the response have the same
 * advantage.
 *
 * <p>Â = (r − mean) / (std + 1e-6)
 *
 * @param std the estimator of the standard deviation
 */
public record Grpo(@Default("sample") Std std) implements AdvantageEstimator {
  private static final double EPSILON = 1e-6;

  /** The divisor of the sum of squares. */
  public enum Std {
    /** n − 1, as in the published code. */
    SAMPLE,
    /** n. */
    POPULATION
  }

  @Override
  public Estimate estimate(Trajectories t) {
    return OutcomeAdvantage.ofGroups(t, this::normalized);
  }

  private double[] normalized(double[] rewards) {
    int n = rewards.length;
    Scaled scaled = Scaled.of(rewards);
    double mean = scaled.mean();
    double squares = Arrays.stream(scaled.numbers()).map(r -> (r - mean) * (r - mean)).sum();
    double std = Math.sqrt(squares / (this.std == Std.SAMPLE ? n - 1 : n));
    double divisor = std + EPSILON / scaled.unit();
    return Arrays.stream(scaled.numbers()).map(r -> (r - mean) / divisor).toArray();
  }

  @Override
  public boolean addsTokenRewards() {
    return true;
  }

  @Override
  public int smallestGroup() {
    return 2;
  }
}
