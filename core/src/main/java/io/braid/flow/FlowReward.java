package io.braid.flow;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How a response's scores become rewards of its tokens (arXiv 2510.10201, section 3.3, and the
 * published code): normalised within the response, the small ones dropped, the largest kept, and
 * the rest taken off: −coefficient · s.
 *
 * @param normalization what a score is compared with
 * @param gamma the power that a normalised score is raised to, its sign kept
 * @param threshold only scores above it are kept; where scores have signs, those further from 0
 * @param topK only so many a response are kept, where scores have signs half of them on each side;
 *     0 keeps all
 * @param coefficient of the reward
 */
public record FlowReward(
    @Doc("What a score is compared with, within its response.") @Default("minmax")
        Normalization normalization,
    @Doc("The power that a normalised score is raised to.") @Default("1") double gamma,
    @Doc("Only normalised scores above it are rewarded.") @Default("0.6") double threshold,
    @Doc("At most so many tokens of a response are rewarded; 0 for all.") @Default("15") int topK,
    @Doc("Of the reward; a token's is -coefficient times its score.") @Default("0.01")
        double coefficient) {

  /** What a score is compared with. */
  public enum Normalization {
    /** (s − min) / (max − min), from 0 to 1: rewards only take off. */
    MINMAX,
    /** The same from −1 to 1: tokens that deviate least gain. */
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
    if (!(gamma > 0)) {
      throw new UserError("gamma: must be above 0, here " + gamma);
    }
    if (!(threshold >= 0)) {
      throw new UserError("threshold: must be 0 or more, here " + threshold);
    }
    if (topK < 0) {
      throw new UserError("top_k: must be 0 or more, here " + topK);
    }
    if (!(coefficient >= 0 && coefficient < Double.POSITIVE_INFINITY)) {
      throw new UserError("coefficient: must be 0 or more, here " + coefficient);
    }
  }

  /**
   * The rewards of one response's tokens. Scores that are all equal say nothing and give zeros.
   *
   * @param scores one a token, not negative
   * @param scored which tokens have one; the others' rewards are 0 and nothing is compared with
   *     them
   */
  public double[] of(double[] scores, boolean[] scored) {
    int[] tokens = IntStream.range(0, scores.length).filter(t -> scored[t]).toArray();
    double[] rewards = new double[scores.length];
    double[] kept =
        topK(above(normalized(Arrays.stream(tokens).mapToDouble(t -> scores[t]).toArray())));
    for (int i = 0; i < tokens.length; i++) {
      rewards[tokens[i]] = 0 - coefficient * kept[i]; // never -0.0, not even of coefficient 0
    }
    return rewards;
  }

  private double[] normalized(double[] scores) {
    double low = Arrays.stream(scores).min().orElse(0);
    double high = Arrays.stream(scores).max().orElse(0);
    if (!(high > low)) {
      return new double[scores.length];
    }
    double[] shares = Arrays.stream(scores).map(s -> (s - low) / (high - low)).toArray();
    double mean = Arrays.stream(shares).average().orElse(0);
    return Arrays.stream(shares)
        .map(share ->
            switch (normalization) {
              case MINMAX -> share;
              case MINMAX_BILATERAL -> 2 * share - 1;
              case MEAN -> share - mean;
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
    int[] falling = // of equal ones the earlier first
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] kept = new double[scores.length];
    int side = normalization.hasSigns() ? topK / 2 : topK;
    for (int rank = 0; rank < side; rank++) {
      kept[falling[rank]] = scores[falling[rank]];
      if (normalization.hasSigns()) {
        int last = falling[falling.length - 1 - rank];
        kept[last] = scores[last];
      }
    }
    return kept;
  }
}
