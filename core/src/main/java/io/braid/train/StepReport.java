package io.braid.train;

import io.braid.nn.AdamW;
import io.braid.objective.Advantages;
import io.braid.objective.loss.LossValue;
import io.braid.rollout.Group;
import io.braid.rollout.Response;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a step did: numbers by name, and the responses with what they were worth.
 *
 * @param step from 0
 * @param metrics numbers by name; seconds by phase under {@code seconds/}: forward, backward and
 *     optimizer are parts of train, the others stand side by side
 * @param asked the problems
 * @param groups their responses
 * @param verdicts what each response was worth
 * @param advantages of each response's tokens
 */
public record StepReport(
    int step,
    Map<String, Double> metrics,
    List<AskedProblem> asked,
    List<Group> groups,
    List<List<Verdict>> verdicts,
    Advantages advantages) {

  /** How many of the {@code tokens} the policy's loss was computed on. */
  public static final String TOKENS_TRAINED = "tokens_trained";

  /** A number by name; NaN when the step had none such. */
  public double metric(String name) {
    return metrics.getOrDefault(name, Double.NaN);
  }

  /** Gathers a report while the step goes on. */
  static final class Builder {
    private final int step;
    private final long begun = System.nanoTime();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Map<String, Double> shares = new LinkedHashMap<>();
    private double entropySum;
    private double differenceSum;
    private double largestDifference;
    private long tokensLooked;
    private long tokensCompared;
    private final Map<Integer, Integer> trained = new HashMap<>(); // tokens by response
    private double gradientNorm;
    private double learningRate;
    private int updates;
    private int updatesLearned;
    private final Map<String, Double> flowMetrics = new LinkedHashMap<>();
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

    /** What a micro-batch showed that was learned from. */
    void learned(LossValue value, List<Experience> part) {
      part.forEach(each -> trained.put(each.place(), each.sequence().response().length));
      shares.merge("loss", value.loss().item(), Double::sum);
      value.shares().forEach((name, share) -> shares.merge(name, share.item(), Double::sum));
    }

    /**
     * What the policy makes of responses before it learns from any: its entropy, and how far it is
     * from what sampled them.
     *
     * @param logProbs [n] log π_old of their tokens
     * @param entropies [n]
     */
    void looked(List<Experience> part, float[] logProbs, float[] entropies) {
      int at = 0;
      for (Experience each : part) {
        int length = each.sequence().response().length;
        looked(
            each.rolloutLogProbs(),
            Arrays.copyOfRange(logProbs, at, at + length),
            Arrays.copyOfRange(entropies, at, at + length));
        at += length;
      }
    }

    /** The same of responses whose tokens have been measured. */
    void looked(List<Experience> experiences) {
      for (Experience each : experiences) {
        Measured.Look look = each.measured().look().orElseThrow();
        looked(each.rolloutLogProbs(), look.logProbs(), look.entropies());
      }
    }

    private void looked(float[] rollout, float[] logProbs, float[] entropies) {
      for (int t = 0; t < rollout.length; t++) {
        double difference = Math.abs((double) logProbs[t] - rollout[t]);
        differenceSum += difference;
        largestDifference = Math.max(largestDifference, difference);
      }
      for (float entropy : entropies) {
        entropySum += entropy;
      }
      tokensCompared += rollout.length;
      tokensLooked += entropies.length;
    }

    /**
     * What the critic learned: its error, and the share of the returns' variance that it had
     * foreseen.
     *
     * @param skipped how many of its steps had no effect so far
     */
    void valued(double error, long skipped, List<Experience> experiences) {
      valueUpdates++;
      valueSkipped = skipped;
      valueError += error;
      for (Experience each : experiences) {
        float[] values = each.measured().values().orElseThrow();
        float[] returns = each.returns().orElseThrow();
        for (int t = 0; t < values.length; t++) {
          returned.accept(returns[t]);
          missed.accept(returns[t] - values[t]);
        }
      }
    }

    /**
     * Ends the flow field's step, and takes what it showed.
     *
     * @param within the phase that its time is to be taken from
     */
    void flowed(FlowStep flow, String within) {
      flowMetrics.putAll(flow.end());
      seconds.merge(within, -flow.secondsSeeing(), Double::sum);
      seconds.merge("flow_score", flow.scoreSeconds(), Double::sum);
      seconds.merge("flow_learn", flow.learnSeconds(), Double::sum);
    }

    /** Part of the time until the responses were there: the policy's weights were copied. */
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

    StepReport build(Sampler sampler, Draw draw, Advantages advantages, long skipped) {
      List<AskedProblem> asked = draw.problems().stream().map(sampler::problem).toList();
      List<Group> groups = draw.groups();
      List<List<Verdict>> verdicts = draw.verdicts();
      Map<String, Double> metrics = new LinkedHashMap<>();
      List<Response> responses = groups.stream().flatMap(g -> g.responses().stream()).toList();
      draw.sampled().tell(metrics);
      metrics.put("prompts_asked", (double) draw.asked());
      long tokens = responses.stream().mapToLong(Response::length).sum();
      boolean all = tokensLooked == tokens; // a number of some of them is not the step's
      putWhere(all, metrics, "entropy", entropySum / tokens);
      shares.forEach((name, sum) -> metrics.put(name, sum / updates));
      if (valueUpdates > 0) {
        metrics.put("value_loss", valueError / valueUpdates);
        double spread = returned.get();
        metrics.put("value_skipped_steps", (double) valueSkipped);
        putWhere(spread > 0, metrics, "value_explained", 1 - missed.get() / spread);
      }
      metrics.putAll(flowMetrics);
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
          "rollout", (_, waited) -> Math.max(0, waited - draw.verifySeconds()));
      seconds.put("verify", draw.verifySeconds());
      seconds.forEach((phase, time) -> metrics.put("seconds/" + phase, time));
      metrics.put("seconds/step", (System.nanoTime() - begun) / 1e9);
      return new StepReport(step, metrics, asked, groups, verdicts, advantages);
    }

    /** A number that was not measured is left out. */
    private static void putWhere(
        boolean measured, Map<String, Double> metrics, String name, double number) {
      if (measured) {
        metrics.put(name, number);
      }
    }
  }

  /** Gathers numbers, and tells their variance. */
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
