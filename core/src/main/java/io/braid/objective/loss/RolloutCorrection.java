package io.braid.objective.loss;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.util.Arrays;

/**
 * Weights for responses that another policy sampled than the one that is trained on them: other
 * weights (stale), another engine or precision. π_old is the policy before the first update, π_roll
 * the one that sampled (Yao et al. 2025, "Your efficient RL framework secretly brings you
 * off-policy RL training"). The weights are constants.
 */
public sealed interface RolloutCorrection {
  /**
   * The weight of each token of a response.
   *
   * @param oldLogProbs log π_old of each token
   * @param rolloutLogProbs log π_roll of each token
   */
  double[] weights(float[] oldLogProbs, float[] rolloutLogProbs);

  /** Whether ratios are of tokens or of responses. */
  Level level();

  /** What a ratio is of. */
  enum Level {
    /** Each token. */
    TOKEN,
    /** The response: the product of its tokens' ratios. */
    SEQUENCE;

    /** Beyond e^±10 a ratio says only that the policies have nothing in common. */
    private static final double LARGEST_LOG = 10;

    /** π_old / π_roll at each token. */
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
   * @param level what is compared
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
   * Rejection sampling, as verl's rollout correction names it: tokens or responses whose ratio is
   * out of bounds get the weight 0, the others 1.
   *
   * @param level what is compared
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
            "the bounds must lie around 1, the lower one not below 0, got %s and %s"
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
