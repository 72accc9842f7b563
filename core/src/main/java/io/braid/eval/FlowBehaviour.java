package io.braid.eval;

import io.braid.train.LatentScores.OfResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects statistics about the tokens that a flow field rewards and punishes: by token, by
 * position, and by correctness of the response (arXiv 2510.10201, reward behaviour). Responses are
 * added one by one. Tokens that the field cannot score are left out.
 */
public final class FlowBehaviour {
  /** Number of equal parts into which a response is divided by position. */
  public static final int PARTS = 10;

  private final Map<Long, Tally> byToken = new LinkedHashMap<>();
  private final Subset all = new Subset();
  private final Subset correct = new Subset();
  private final Subset wrong = new Subset();
  private final Numbers scores = new Numbers();
  private final Numbers entropies = new Numbers();

  /** Creates empty statistics. */
  public FlowBehaviour() {}

  /** Means over tokens; {@code NaN} without tokens. */
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

    /** Returns the number of tokens. */
    public long count() {
      return count;
    }

    /** Returns the fraction of tokens with a negative reward. */
    public double punished() {
      return mean(punished);
    }

    /** Returns the fraction of tokens with a positive reward. */
    public double rewarded() {
      return mean(rewarded);
    }

    /** Returns the mean score. */
    public double score() {
      return mean(score);
    }

    /** Returns the mean reward. */
    public double reward() {
      return mean(reward);
    }

    /** Returns the policy's mean entropy in nats. */
    public double entropy() {
      return mean(entropy);
    }

    private double mean(double sum) {
      return count == 0 ? Double.NaN : sum / count;
    }
  }

  /**
   * Statistics for a subset of the responses: all, only the correct, or only the wrong responses.
   */
  public static final class Subset {
    private final Tally tokens = new Tally();
    private final List<Tally> parts = new ArrayList<>();
    private final Numbers scores = new Numbers();
    private long responses;

    private Subset() {
      for (int p = 0; p < PARTS; p++) {
        parts.add(new Tally());
      }
    }

    /** Returns the number of responses. */
    public long responses() {
      return responses;
    }

    /** Returns the statistics for all tokens. */
    public Tally tokens() {
      return tokens;
    }

    /** Returns the statistics for the tokens in each of the {@link #PARTS}. */
    public List<Tally> parts() {
      return List.copyOf(parts);
    }

    /** Returns the scores in ascending order. */
    public double[] scores() {
      double[] sorted = scores.toArray();
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** A growing list of numbers. */
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
   * @param ids token ids of the response
   * @param correctness whether the response is correct, if known
   */
  public void add(long[] ids, OfResponse numbers, Optional<Boolean> correctness) {
    List<Subset> subsets = new ArrayList<>(List.of(all));
    correctness.ifPresent(is -> subsets.add(is ? correct : wrong));
    subsets.forEach(subset -> subset.responses++);
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
      for (Subset subset : subsets) {
        subset.tokens.add(score, reward, entropy);
        subset.parts.get(part).add(score, reward, entropy);
        subset.scores.add(score);
      }
    }
  }

  /** Returns the statistics for all responses. */
  public Subset all() {
    return all;
  }

  /** Returns the statistics for the responses known to be correct. */
  public Subset correct() {
    return correct;
  }

  /** Returns the statistics for the responses known to be wrong. */
  public Subset wrong() {
    return wrong;
  }

  /** Returns the statistics by token id, for tokens seen at least {@code atLeast} times. */
  public Map<Long, Tally> tokens(long atLeast) {
    Map<Long, Tally> often = new LinkedHashMap<>();
    byToken.forEach((id, tally) -> {
      if (tally.count >= atLeast) {
        often.put(id, tally);
      }
    });
    return often;
  }

  /** Returns Spearman's correlation between token scores and the policy's entropy at the token. */
  public double scoreWithEntropy() {
    return RankCorrelation.of(scores.toArray(), entropies.toArray());
  }
}
