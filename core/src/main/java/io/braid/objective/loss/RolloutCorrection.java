package io.braid.objective.loss;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.util.Arrays;

/**
 * Weights that correct for responses sampled from a policy other than the trained one, because of
 * stale weights, a different engine or a different precision. π_old is the policy before the first
 * update, π_roll the policy that sampled (Yao et al. 2025, "Your efficient RL framework secretly
 * brings you off-policy RL training"). The weights are constants.
 */
public sealed interface RolloutCorrection {
  /**
   * Returns the weight of each token of a response.
   *
   * @param oldLogProbs log π_old of each token
   * @param rolloutLogProbs log π_roll of each token
   */
  double[] weights(float[] oldLogProbs, float[] rolloutLogProbs);

  /** Returns whether the ratios are computed per token or per response. */
  Level level();

  /** The unit for which a ratio is computed. */
  enum Level {
    /** A ratio for each token. */
    TOKEN,
    /** A ratio for each response: the product of its tokens' ratios. */
    SEQUENCE;

    /** Log-ratios are clamped to ± this number; beyond it the policies have nothing in common. */
    private static final double LARGEST_LOG = 10;

    /** Returns π_old / π_roll for each token of a response. */
    double[] ratios(float[] oldLogProbs, float[] rolloutLogProbs) {
      double[] logs = new double[oldLogProbs.length];
      Arrays.setAll(logs, t -> (double) oldLogProbs[t] - rolloutLogProbs[t]);
      if (this == SEQUENCE) {
        Arrays.fill(logs, Arrays.stream(logs).sum());
      }
      return Arrays.stream(logs)
          .map(log -> Math.exp(Math.clamp(log, -LARGEST_LOG, LARGEST_LOG)))
          .toArray();
    }
  }

  /**
   * Truncated importance sampling: min(π_old / π_roll, cap).
   *
   * @param level ratios per token or per response
   * @param cap the largest weight
   */
  record TruncatedImportanceSampling(
      @Default("token") Level level, @Doc("The largest weight.") @Default("2.0") double cap)
      implements RolloutCorrection {
    /** Checks the cap. */
    public TruncatedImportanceSampling {
      Check.atLeast("cap", cap, 1);
    }

    @Override
    public double[] weights(float[] oldLogProbs, float[] rolloutLogProbs) {
      return Arrays.stream(level.ratios(oldLogProbs, rolloutLogProbs))
          .map(ratio -> Math.min(ratio, cap))
          .toArray();
    }
  }

  /**
   * Rejection sampling, a term of verl's rollout correction: tokens or responses whose ratio is out
   * of bounds get the weight 0, the others 1.
   *
   * @param level ratios per token or per response
   * @param low the smallest ratio that is kept
   * @param high the largest ratio that is kept
   */
  record RejectionSampling(
      @Default("token") Level level, @Default("0.5") double low, @Default("2.0") double high)
      implements RolloutCorrection {
    /** Checks the bounds. */
    public RejectionSampling {
      if (!(low >= 0 && low < 1 && high > 1)) {
        throw new SettingError(
            "low",
            "the lower bound must be at least 0 and below 1, the upper bound above 1, got %s and %s"
                .formatted(low, high));
      }
    }

    @Override
    public double[] weights(float[] oldLogProbs, float[] rolloutLogProbs) {
      return Arrays.stream(level.ratios(oldLogProbs, rolloutLogProbs))
          .map(ratio -> ratio >= low && ratio <= high ? 1 : 0)
          .toArray();
    }
  }
}
