package io.braid.train;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.nn.AdamW;
import io.braid.objective.loss.LossValue;
import io.braid.rollout.Response.Finish;
import io.braid.sampling.AskedProblem;
import io.braid.sampling.RolloutBatch;
import io.braid.sampling.Sampler;
import io.braid.trajectory.Column;
import io.braid.trajectory.Segment;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The result of a step: its metrics and the finished table.
 *
 * @param step index of the step, from 0
 * @param metrics values of {@link StepMetrics} and of the metrics that rollouts, losses and token
 *     signals declare
 * @param problems problem of each group
 * @param trajectories the step's table, with the advantages used in training
 * @param signalsTeach whether token signals give a learning signal even if all responses earned the
 *     same reward
 */
public record StepReport(
    int step,
    MetricValues metrics,
    List<AskedProblem> problems,
    Trajectories trajectories,
    boolean signalsTeach) {

  /** Returns the value of a metric; NaN if the step has none. */
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
    private double responseDifferenceSum;
    private long responsesCompared;
    private final Map<Integer, Integer> trained = new HashMap<>(); // number of tokens by row
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

    /** Records the sampled responses. */
    void sampled(Trajectories t) {
      newest = Arrays.stream(t.get(Column.WEIGHTS_VERSION)).max().orElseThrow();
    }

    /** Records the loss of a micro-batch. */
    void learned(LossValue value, Trajectories part) {
      ofLoss.accept(value, part);
      for (int row = 0; row < part.rows(); row++) {
        trained.put(part.rowOfStep(row), part.length(row));
      }
      shares.merge(StepMetrics.LOSS, value.loss().item(), Double::sum);
      value.shares().forEach((metric, share) -> shares.merge(metric, share.item(), Double::sum));
    }

    /**
     * Records the policy's entropies before the step's first update, and the differences between
     * its log-probabilities and the rollout's for responses that were sampled for this step.
     *
     * @param logProbs [n] log π_old of the part's tokens
     * @param entropies [n] entropy at each of these tokens, in nats
     */
    void observed(Trajectories part, float[] logProbs, float[] entropies) {
      float[] rollout = part.get(Column.ROLLOUT_LOG_PROBS);
      for (int row = 0; row < part.rows(); row++) {
        boolean fresh = part.get(Column.WEIGHTS_VERSION)[row] == newest;
        boolean[] sampled = sampled(part.sequence(row));
        long comparedBefore = tokensCompared;
        double ofResponse = 0;
        for (int t = part.start(row); t < part.start(row + 1); t++) {
          if (fresh && sampled[t - part.start(row)]) {
            ofResponse += (double) logProbs[t] - rollout[t];
            double difference = Math.abs((double) logProbs[t] - rollout[t]);
            differenceSum += difference;
            largestDifference = Math.max(largestDifference, difference);
            tokensCompared++;
          }
          entropySum += entropies[t];
        }
        if (tokensCompared > comparedBefore) {
          responseDifferenceSum += Math.abs(ofResponse);
          responsesCompared++;
        }
      }
      tokensObserved += entropies.length;
    }

    /**
     * Records the rollout's entropies of the responses whose tokens the newest weights sampled.
     *
     * @return the other rows
     */
    Trajectories observedBySampling(Trajectories t) {
      float[] entropies = t.get(Column.ROLLOUT_ENTROPIES);
      List<Integer> others = new ArrayList<>();
      for (int row = 0; row < t.rows(); row++) {
        boolean known =
            t.get(Column.WEIGHTS_VERSION)[row] == newest
                && t.get(Column.FINISH).get(row) != Finish.END_WRITTEN;
        double sum = 0;
        for (int i = t.start(row); i < t.start(row + 1); i++) {
          sum += entropies[i];
        }
        if (known && Double.isFinite(sum)) {
          entropySum += sum;
          tokensObserved += t.length(row);
        } else {
          others.add(row);
        }
      }
      return t.select(others.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Returns the step's table with the columns that the loss fills. */
    Trajectories filled(Trajectories t) {
      return ofLoss.fill(t);
    }

    /** Records the metrics of prompt estimates. */
    void estimated(MetricValues values) {
      estimateMetrics.putAll(values);
    }

    /** Returns the mean entropy of the tokens observed so far, in nats. */
    double meanEntropy() {
      return entropySum / tokensObserved;
    }

    /**
     * Returns the mean absolute difference between the log-probabilities of training and rollout,
     * in nats.
     */
    double meanDifference() {
      return differenceSum / tokensCompared;
    }

    /**
     * Returns for each trained token whether the rollout sampled it, so that its log-probability
     * can be compared.
     */
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
     * Records an update of the critic: its loss, and the returns and values for the explained
     * variance.
     *
     * @param error the value loss
     * @param skipped number of the critic's updates skipped so far
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
     * Ends the token signals' step and records their metrics.
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

    /**
     * Records the part of the rollout's time that was spent on copying the policy's weights, in
     * seconds.
     */
    void published(double time) {
      seconds.put(StepMetrics.WEIGHT_SYNC_SECONDS, time);
      seconds.add(StepMetrics.ROLLOUT_SECONDS, -time);
    }

    /**
     * Records an optimizer step.
     *
     * @param learned whether the step had any rows to train on
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
      // A mean over only some of the tokens would not be the step's.
      boolean all = tokensObserved == tokens;
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
      metrics.putIf(
          compared, StepMetrics.MISMATCH_RESPONSE, responseDifferenceSum / responsesCompared);
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

  /** Computes the variance of numbers one at a time (Welford). */
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
