package io.braid.train;

import io.braid.nn.AdamW;
import io.braid.objective.loss.LossValue;
import io.braid.sampling.AskedProblem;
import io.braid.sampling.RolloutBatch;
import io.braid.sampling.Sampler;
import io.braid.trajectory.Column;
import io.braid.trajectory.Segment;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a step did: metrics by name, and the finished table.
 *
 * @param step from 0
 * @param metrics numbers by name; seconds by phase under {@code seconds/}: forward, backward and
 *     optimizer are parts of train, the other phases follow each other
 * @param problems the problem of each group
 * @param trajectories the step's table, with the advantages that were trained on
 * @param signalsTeach whether token signals teach the policy even where all responses earned the
 *     same
 */
public record StepReport(
    int step,
    Map<String, Double> metrics,
    List<AskedProblem> problems,
    Trajectories trajectories,
    boolean signalsTeach) {

  /** How many of the {@code tokens} the policy's loss was computed on. */
  public static final String TOKENS_TRAINED = "tokens_trained";

  private static final String SECONDS = "seconds/";

  /** A number by name; NaN when the step had none such. */
  public double metric(String name) {
    return metrics.getOrDefault(name, Double.NaN);
  }

  /** Collects a report during the step. */
  static final class Builder {
    private final int step;
    private final long begun = System.nanoTime();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Map<String, Double> shares = new LinkedHashMap<>();
    private double entropySum;
    private double differenceSum;
    private double largestDifference;
    private long tokensObserved;
    private long tokensCompared;
    private final Map<Integer, Integer> trained = new HashMap<>(); // tokens by response
    private double gradientNorm;
    private double learningRate;
    private int updates;
    private int updatesLearned;
    private final Map<String, Double> signalMetrics = new LinkedHashMap<>();
    private final Variance returned = new Variance();
    private final Variance missed = new Variance();
    private double valueError;
    private int valueUpdates;
    private long valueSkipped;

    Builder(int step) {
      this.step = step;
    }

    <T> T timed(String phase, Supplier<T> work) {
      long start = System.nanoTime();
      T result = work.get();
      seconds.merge(phase, (System.nanoTime() - start) / 1e9, Double::sum);
      return result;
    }

    void timed(String phase, Runnable work) {
      long start = System.nanoTime();
      work.run();
      seconds.merge(phase, (System.nanoTime() - start) / 1e9, Double::sum);
    }

    /** A micro-batch was learned from. */
    void learned(LossValue value, Trajectories part) {
      for (int row = 0; row < part.rows(); row++) {
        trained.put(part.rowOfStep(row), part.length(row));
      }
      shares.merge("loss", value.loss().item(), Double::sum);
      value.shares().forEach((name, share) -> shares.merge(name, share.item(), Double::sum));
    }

    /**
     * The policy's entropy before the step's first update, and how far its log-probabilities are
     * from the rollout's.
     *
     * @param logProbs [n] log π_old of the part's tokens
     * @param entropies [n]
     */
    void observed(Trajectories part, float[] logProbs, float[] entropies) {
      float[] rollout = part.get(Column.ROLLOUT_LOG_PROBS);
      for (int row = 0; row < part.rows(); row++) {
        boolean[] sampled = sampled(part.sequence(row));
        for (int t = part.start(row); t < part.start(row + 1); t++) {
          if (sampled[t - part.start(row)]) {
            double difference = Math.abs((double) logProbs[t] - rollout[t]);
            differenceSum += difference;
            largestDifference = Math.max(largestDifference, difference);
            tokensCompared++;
          }
          entropySum += entropies[t];
        }
      }
      tokensObserved += entropies.length;
    }

    /** For each trained token whether the rollout drew it: its log-probability is its own. */
    private static boolean[] sampled(Sequence sequence) {
      boolean[] sampled = new boolean[sequence.trained()];
      int t = 0;
      for (Segment segment : sequence.segments()) {
        for (int i = segment.start(); i < segment.end(); i++) {
          if (sequence.lossMask()[i]) {
            sampled[t++] = segment.kind() == Segment.Kind.SAMPLED;
          }
        }
      }
      return sampled;
    }

    /**
     * The critic learned: its error, and the share of the returns' variance that it had predicted.
     *
     * @param skipped how many of its steps had no effect so far
     */
    void valued(double error, long skipped, Trajectories mini) {
      valueUpdates++;
      valueSkipped = skipped;
      valueError += error;
      float[] values = mini.get(Column.VALUES);
      float[] returns = mini.get(Column.RETURNS);
      for (int t = 0; t < values.length; t++) {
        returned.accept(returns[t]);
        missed.accept(returns[t] - values[t]);
      }
    }

    /**
     * Ends the token signals' step, and takes their metrics.
     *
     * @param within the phase in which they ran; their own time is subtracted from it
     */
    void signalled(StepSignals signals, String within) {
      if (signals.isEmpty()) {
        return;
      }
      signals
          .end()
          .forEach((name, value) -> {
            if (name.startsWith(SECONDS)) {
              seconds.merge(name.substring(SECONDS.length()), value, Double::sum);
            } else {
              signalMetrics.put(name, value);
            }
          });
      seconds.merge(within, -signals.seconds(), Double::sum);
    }

    /** Part of the rollout's time went into copying the policy's weights. */
    void published(double time) {
      seconds.put("publish", time);
      seconds.merge("rollout", -time, Double::sum);
    }

    /**
     * An optimizer step.
     *
     * @param learned whether there was anything to learn from
     */
    void updated(AdamW.Outcome outcome, double rate, boolean learned) {
      updates++;
      learningRate = rate;
      if (learned) {
        updatesLearned++;
        gradientNorm += outcome.gradientNorm();
      }
    }

    StepReport build(
        Sampler sampler, RolloutBatch batch, Trajectories t, boolean signalsTeach, long skipped) {
      Map<String, Double> metrics = new LinkedHashMap<>();
      batch.sampled().putInto(metrics);
      long tokens = t.tokens();
      boolean all = tokensObserved == tokens; // a number of some of them is not the step's
      putWhere(all, metrics, "entropy", entropySum / tokens);
      shares.forEach((name, sum) -> metrics.put(name, sum / updates));
      if (valueUpdates > 0) {
        metrics.put("value_loss", valueError / valueUpdates);
        double variance = returned.get();
        metrics.put("value_skipped_steps", (double) valueSkipped);
        putWhere(variance > 0, metrics, "value_explained", 1 - missed.get() / variance);
      }
      metrics.putAll(signalMetrics);
      putWhere(updatesLearned > 0, metrics, "gradient_norm", gradientNorm / updatesLearned);
      putWhere(updates > 0, metrics, "learning_rate", learningRate);
      boolean compared = all && tokensCompared > 0;
      putWhere(compared, metrics, "rollout_difference_mean", differenceSum / tokensCompared);
      putWhere(compared, metrics, "rollout_difference_max", largestDifference);
      metrics.put("skipped_steps", (double) skipped);
      metrics.put("tokens", (double) tokens);
      metrics.put(
          TOKENS_TRAINED, (double) trained.values().stream().mapToLong(Integer::longValue).sum());
      seconds.computeIfPresent(
          "rollout", (_, waited) -> Math.max(0, waited - batch.verifySeconds()));
      seconds.put("verify", batch.verifySeconds());
      seconds.forEach((phase, time) -> metrics.put(SECONDS + phase, time));
      metrics.put("seconds/step", (System.nanoTime() - begun) / 1e9);
      List<AskedProblem> problems =
          Arrays.stream(t.get(Column.PROBLEM)).mapToObj(sampler::problem).toList();
      return new StepReport(step, metrics, problems, t, signalsTeach);
    }

    /** A number that was not measured is absent. */
    private static void putWhere(
        boolean measured, Map<String, Double> metrics, String name, double number) {
      if (measured) {
        metrics.put(name, number);
      }
    }
  }

  /** The variance of numbers that come one by one. */
  private static final class Variance {
    private long count;
    private double mean;
    private double squares;

    void accept(double number) {
      count++;
      double off = number - mean;
      mean += off / count;
      squares += off * (number - mean);
    }

    double get() {
      return count == 0 ? 0 : squares / count;
    }
  }
}
