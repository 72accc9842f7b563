package io.braid.eval;

import io.braid.train.LatentScores.OfResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which tokens a flow field rewards and punishes: by token, by where it stands, and by whether its
 * response is right (the questions of arXiv 2510.10201, reward behaviour). Responses are added one
 * after the other; tokens that the field cannot judge do not count.
 */
public final class FlowBehaviour {
  /** Parts of a response, from its beginning to its end. */
  public static final int PARTS = 10;

  private final Map<Long, Tally> byToken = new LinkedHashMap<>();
  private final Side all = new Side();
  private final Side right = new Side();
  private final Side wrong = new Side();
  private final Numbers scores = new Numbers();
  private final Numbers entropies = new Numbers();

  /** Nothing seen yet. */
  public FlowBehaviour() {}

  /** Means over tokens; {@code NaN} over none. */
  public static final class Tally {
    private long count;
    private long punished;
    private long rewarded;
    private double score;
    private double reward;
    private double entropy;

    private void add(double score, double reward, double entropy) {
      count++;
      punished += reward < 0 ? 1 : 0;
      rewarded += reward > 0 ? 1 : 0;
      this.score += score;
      this.reward += reward;
      this.entropy += entropy;
    }

    /** Tokens. */
    public long count() {
      return count;
    }

    /** The share of them whose reward is below 0. */
    public double punished() {
      return mean(punished);
    }

    /** The share of them whose reward is above 0. */
    public double rewarded() {
      return mean(rewarded);
    }

    /** Mean score. */
    public double score() {
      return mean(score);
    }

    /** Mean reward. */
    public double reward() {
      return mean(reward);
    }

    /** Mean entropy of the policy, in nats. */
    public double entropy() {
      return mean(entropy);
    }

    private double mean(double sum) {
      return count == 0 ? Double.NaN : sum / count;
    }
  }

  /** What was seen of some of the responses. */
  public static final class Side {
    private final Tally tokens = new Tally();
    private final List<Tally> parts = new ArrayList<>();
    private final Numbers scores = new Numbers();
    private long responses;

    private Side() {
      for (int p = 0; p < PARTS; p++) {
        parts.add(new Tally());
      }
    }

    /** Responses. */
    public long responses() {
      return responses;
    }

    /** Over all tokens. */
    public Tally tokens() {
      return tokens;
    }

    /** Over the tokens of each of the {@link #PARTS}. */
    public List<Tally> parts() {
      return List.copyOf(parts);
    }

    /** The scores, rising. */
    public double[] scores() {
      double[] sorted = scores.toArray();
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** Numbers that become more and more. */
  private static final class Numbers {
    private double[] held = new double[1024];
    private int size;

    void add(double number) {
      if (size == held.length) {
        held = Arrays.copyOf(held, 2 * size);
      }
      held[size++] = number;
    }

    double[] toArray() {
      return Arrays.copyOf(held, size);
    }
  }

  /**
   * Adds a response.
   *
   * @param ids its tokens
   * @param correct whether it is right, where that is known
   */
  public void add(long[] ids, OfResponse numbers, Optional<Boolean> correct) {
    List<Side> sides = new ArrayList<>(List.of(all));
    correct.ifPresent(is -> sides.add(is ? right : wrong));
    sides.forEach(side -> side.responses++);
    for (int t = 0; t < ids.length; t++) {
      if (!numbers.scored()[t]) {
        continue;
      }
      double score = numbers.scores()[t];
      double reward = numbers.rewards()[t];
      double entropy = numbers.entropies()[t];
      scores.add(score);
      entropies.add(entropy);
      byToken.computeIfAbsent(ids[t], _ -> new Tally()).add(score, reward, entropy);
      int part = (int) ((long) t * PARTS / ids.length);
      for (Side side : sides) {
        side.tokens.add(score, reward, entropy);
        side.parts.get(part).add(score, reward, entropy);
        side.scores.add(score);
      }
    }
  }

  /** Of all responses. */
  public Side all() {
    return all;
  }

  /** Of those that are known to be right. */
  public Side right() {
    return right;
  }

  /** Of those that are known to be wrong. */
  public Side wrong() {
    return wrong;
  }

  /** By the token's id, for those that were seen at least so often. */
  public Map<Long, Tally> tokens(long atLeast) {
    Map<Long, Tally> often = new LinkedHashMap<>();
    byToken.forEach((id, tally) -> {
      if (tally.count >= atLeast) {
        often.put(id, tally);
      }
    });
    return often;
  }

  /** Spearman's correlation between a token's score and the policy's entropy there. */
  public double scoreWithEntropy() {
    return RankCorrelation.of(scores.toArray(), entropies.toArray());
  }
}
