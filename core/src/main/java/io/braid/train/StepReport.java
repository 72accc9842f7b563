package io.braid.train;

import io.braid.Metric;
import io.braid.MetricValues;
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
 * @param metrics what was measured: {@link StepMetrics}, and what rollouts, losses and token
 *     signals declare
 * @param problems the problem of each group
 * @param trajectories the step's table, with the advantages that were trained on
 * @param signalsTeach whether token signals teach the policy even where all responses earned the
 *     same
 */
public record StepReport(
    int step,
    MetricValues metrics,
    List<AskedProblem> problems,
    Trajectories trajectories,
    boolean signalsTeach) {

  /** The value of a metric; NaN if the step has none. */
  public double metric(Metric metric) {
    return metrics.get(metric);
  }

  /** Collects a report during the step. */
  static final class Builder {
    private final int step;
    private final long begun = System.nanoTime();
    private final MetricValues seconds = new MetricValues();
    private final Map<Metric, Double> shares = new LinkedHashMap<>();
    private int newest; // version of the weights that sampled; replayed rows have older ones
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
    private final MetricValues signalMetrics = new MetricValues();
    private final MetricValues estimateMetrics = new MetricValues();
    private final Variance returned = new Variance();
    private final Variance missed = new Variance();
    private double valueError;
    private final RowColumns ofLoss = new RowColumns();
    private int valueUpdates;
    private long valueSkipped;

    Builder(int step) {
      this.step = step;
    }

    <T> T timed(Metric phase, Supplier<T> work) {
      long start = System.nanoTime();
      T result = work.get();
      seconds.add(phase, (System.nanoTime() - start) / 1e9);
      return result;
    }

    void timed(Metric phase, Runnable work) {
      long start = System.nanoTime();
      work.run();
      seconds.add(phase, (System.nanoTime() - start) / 1e9);
    }

    /** The step's responses were sampled. */
    void sampled(Trajectories t) {
      newest = Arrays.stream(t.get(Column.WEIGHTS_VERSION)).max().orElseThrow();
    }

    /** A micro-batch was learned from. */
    void learned(LossValue value, Trajectories part) {
      ofLoss.accept(value, part);
      for (int row = 0; row < part.rows(); row++) {
        trained.put(part.rowOfStep(row), part.length(row));
      }
      shares.merge(StepMetrics.LOSS, value.loss().item(), Double::sum);
      value.shares().forEach((metric, share) -> shares.merge(metric, share.item(), Double::sum));
    }

    /**
     * The policy's entropy before the step's first update, and how far its log-probabilities are
     * from the rollout's, in responses that were sampled for this step.
     *
     * @param logProbs [n] log π_old of the part's tokens
     * @param entropies [n]
     */
    void observed(Trajectories part, float[] logProbs, float[] entropies) {
      float[] rollout = part.get(Column.ROLLOUT_LOG_PROBS);
      for (int row = 0; row < part.rows(); row++) {
        boolean fresh = part.get(Column.WEIGHTS_VERSION)[row] == newest;
        boolean[] sampled = sampled(part.sequence(row));
        for (int t = part.start(row); t < part.start(row + 1); t++) {
          if (fresh && sampled[t - part.start(row)]) {
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

    /** The step's table with the columns that the loss filled. */
    Trajectories filled(Trajectories t) {
      return ofLoss.fill(t);
    }

    /** Prompts were estimated. */
    void estimated(MetricValues values) {
      estimateMetrics.putAll(values);
    }

    /** Mean entropy of the tokens observed so far, in nats. */
    double meanEntropy() {
      return entropySum / tokensObserved;
    }

    /** Mean difference of log-probabilities between training and rollout. */
    double meanDifference() {
      return differenceSum / tokensCompared;
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
    void signalled(StepSignals signals, Metric within) {
      if (signals.isEmpty()) {
        return;
      }
      signalMetrics.putAll(signals.end());
      seconds.add(within, -signals.seconds());
    }

    /** Part of the rollout's time went into copying the policy's weights. */
    void published(double time) {
      seconds.put(StepMetrics.WEIGHT_SYNC_SECONDS, time);
      seconds.add(StepMetrics.ROLLOUT_SECONDS, -time);
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
      MetricValues metrics = new MetricValues();
      batch.sampled().putInto(metrics);
      long tokens = t.tokens();
      boolean all = tokensObserved == tokens; // a number of some of them is not the step's
      metrics.putIf(all, StepMetrics.ENTROPY, meanEntropy());
      shares.forEach((metric, sum) -> metrics.put(metric, sum / updates));
      if (valueUpdates > 0) {
        metrics.put(StepMetrics.VALUE_LOSS, valueError / valueUpdates);
        double variance = returned.get();
        metrics.put(StepMetrics.CRITIC_SKIPPED_UPDATES, valueSkipped);
        metrics.putIf(variance > 0, StepMetrics.EXPLAINED_VARIANCE, 1 - missed.get() / variance);
      }
      metrics.putAll(signalMetrics);
      metrics.putAll(estimateMetrics);
      metrics.putIf(updatesLearned > 0, StepMetrics.GRAD_NORM, gradientNorm / updatesLearned);
      metrics.putIf(updates > 0, StepMetrics.LEARNING_RATE, learningRate);
      boolean compared = all && tokensCompared > 0;
      metrics.putIf(compared, StepMetrics.MISMATCH_MEAN, meanDifference());
      metrics.putIf(compared, StepMetrics.MISMATCH_MAX, largestDifference);
      metrics.put(StepMetrics.SKIPPED_UPDATES, skipped);
      metrics.put(StepMetrics.TOKENS, tokens);
      metrics.put(
          StepMetrics.TRAINED_TOKENS,
          trained.values().stream().mapToLong(Integer::longValue).sum());
      seconds.putIf(
          seconds.has(StepMetrics.ROLLOUT_SECONDS),
          StepMetrics.ROLLOUT_SECONDS,
          Math.max(0, seconds.get(StepMetrics.ROLLOUT_SECONDS) - batch.verifySeconds()));
      seconds.put(StepMetrics.VERIFY_SECONDS, batch.verifySeconds());
      metrics.putAll(seconds);
      metrics.put(StepMetrics.STEP_SECONDS, (System.nanoTime() - begun) / 1e9);
      List<AskedProblem> problems =
          Arrays.stream(t.get(Column.PROBLEM)).mapToObj(sampler::problem).toList();
      return new StepReport(step, metrics, problems, t, signalsTeach);
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
