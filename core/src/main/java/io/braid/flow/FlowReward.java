package io.braid.flow;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Turns a response's scores into rewards of its tokens (arXiv 2510.10201, section 3.3, and the
 * published code). Scores are normalised within the response, and scores up to the threshold are
 * set to 0. Of the remaining scores, the k largest are kept. A token's reward is −coef · s.
 *
 * @param normalization how scores are normalised within a response
 * @param gamma exponent applied to the magnitude of a normalised score
 * @param threshold scores at or below it are set to 0; for signed scores, the magnitude counts
 * @param topK number of scores kept per response, half of them at each end if scores are signed; 0
 *     keeps all
 * @param coef factor of the reward
 */
public record FlowReward(
    @Doc("How scores are normalised within a response.") @Default("minmax")
        Normalization normalization,
    @Doc("Exponent applied to normalised scores.") @Default("1") double gamma,
    @Doc("Only normalised scores above this value are rewarded.") @Default("0.6") double threshold,
    @Doc("Highest number of rewarded tokens per response; 0 for all.") @Default("15") int topK,
    @Doc("Factor of the reward: a token's reward is -coef times its score.") @Default("0.01")
        double coef) {

  /** How scores are normalised within a response. */
  public enum Normalization {
    /** (s − min) / (max − min), from 0 to 1: no reward is positive. */
    MINMAX,
    /**
     * 2 (s − min) / (max − min) − 1, from −1 to 1: tokens that deviate least get positive rewards.
     */
    MINMAX_BILATERAL,
    /**
     * {@link #MINMAX} minus its mean over the response: rewards sum to zero before the threshold.
     */
    MEAN;

    boolean hasSigns() {
      return this != MINMAX;
    }
  }

  /** The published settings. */
  public static final FlowReward PUBLISHED = new FlowReward(Normalization.MINMAX, 1, 0.6, 15, 0.01);

  /** Checks the settings. */
  public FlowReward {
    Check.above("gamma", gamma, 0);
    Check.atLeast("threshold", threshold, 0);
    Check.atLeast("top_k", topK, 0);
    if (!(coef >= 0 && coef < Double.POSITIVE_INFINITY)) {
      throw new SettingError("coef", "must be at least 0 and finite, got " + coef);
    }
  }

  /**
   * Returns the rewards of one response's tokens. If all scores are equal, all rewards are 0.
   *
   * @param scores one non-negative score per token
   * @param scored whether each token has a score; the others get reward 0 and do not affect the
   *     normalisation
   */
  public double[] of(double[] scores, boolean[] scored) {
    int[] tokens = IntStream.range(0, scores.length).filter(t -> scored[t]).toArray();
    double[] rewards = new double[scores.length];
    double[] kept =
        topK(above(normalized(Arrays.stream(tokens).mapToDouble(t -> scores[t]).toArray())));
    for (int i = 0; i < tokens.length; i++) {
      rewards[tokens[i]] = 0 - coef * kept[i]; // 0 − x avoids −0.0 when coef or score is 0
    }
    return rewards;
  }

  private double[] normalized(double[] scores) {
    double low = Arrays.stream(scores).min().orElse(0);
    double high = Arrays.stream(scores).max().orElse(0);
    if (!(high > low)) {
      return new double[scores.length];
    }
    double[] fractions = Arrays.stream(scores).map(s -> (s - low) / (high - low)).toArray();
    double mean = Arrays.stream(fractions).average().orElse(0);
    return Arrays.stream(fractions)
        .map(fraction ->
            switch (normalization) {
              case MINMAX -> fraction;
              case MINMAX_BILATERAL -> 2 * fraction - 1;
              case MEAN -> fraction - mean;
            })
        .map(s -> Math.copySign(Math.pow(Math.abs(s), gamma), s))
        .toArray();
  }

  private double[] above(double[] scores) {
    return Arrays.stream(scores)
        .map(s -> (normalization.hasSigns() ? Math.abs(s) : s) > threshold ? s : 0)
        .toArray();
  }

  private double[] topK(double[] scores) {
    if (topK == 0 || Arrays.stream(scores).filter(s -> s != 0).count() < topK) {
      return scores;
    }
    int[] descending = // ties keep their order
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] kept = new double[scores.length];
    int perEnd = normalization.hasSigns() ? topK / 2 : topK;
    for (int rank = 0; rank < perEnd; rank++) {
      kept[descending[rank]] = scores[descending[rank]];
      if (normalization.hasSigns()) {
        int last = descending[descending.length - 1 - rank];
        kept[last] = scores[last];
      }
    }
    return kept;
  }
}
