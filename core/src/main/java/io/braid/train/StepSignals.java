package io.braid.train;

import io.braid.Check;
import io.braid.MetricValues;
import io.braid.SettingError;
import io.braid.model.PackedSequence;
import io.braid.model.Transformer.LatentTap;
import io.braid.objective.signal.TokenSignal;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.List;

/** All token signals at one step; their rewards are summed per token. */
final class StepSignals implements AutoCloseable {
  private final List<TokenSignal.OfStep> signals = new ArrayList<>();
  private final boolean watches;
  private final Trajectories all;
  private final double[] rewards; // [n] of the whole step
  private double seconds;

  /**
   * Begins a step.
   *
   * @param all the step's table with {@link Column#TOKEN_REWARDS}, to which the signals' rewards
   *     are added
   */
  StepSignals(List<TokenSignal> signals, int step, Trajectories all) {
    this.watches = signals.stream().anyMatch(TokenSignal::watches);
    this.all = all;
    this.rewards = all.get(Column.TOKEN_REWARDS).clone();
    try {
      for (TokenSignal each : signals) {
        this.signals.add(Check.returned("rewards.signals", each, "begin", each.begin(step, all)));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Returns whether there are no signals. */
  boolean isEmpty() {
    return signals.isEmpty();
  }

  /** Returns whether any signal watches the policy's passes. */
  boolean watches() {
    return watches;
  }

  /** Starts watching the policy while it computes a part. */
  Watching watch(List<PackedSequence> part) {
    List<TokenSignal.Watch> watches = new ArrayList<>();
    for (TokenSignal.OfStep each : signals) {
      each.watch(part).ifPresent(watches::add);
    }
    return new Watching(watches);
  }

  /** All signals' watches on one pass. */
  record Watching(List<TokenSignal.Watch> watches) implements LatentTap {
    static final Watching NONE = new Watching(List.of());

    @Override
    public void see(int layer, Tensor hidden) {
      watches.forEach(each -> each.see(layer, hidden));
    }

    boolean isEmpty() {
      return watches.isEmpty();
    }

    /** Returns the number of decoder layers that must run. */
    int depth() {
      return watches.stream().mapToInt(TokenSignal.Watch::depth).max().orElse(0);
    }

    /** Returns the tap for a pass; without watches it costs nothing. */
    LatentTap tap() {
      return isEmpty() ? LatentTap.NONE : this;
    }
  }

  /**
   * Rewards a part's tokens.
   *
   * @return the part with the signals' rewards in {@link Column#TOKEN_REWARDS}
   */
  Trajectories reward(Trajectories part) {
    long start = System.nanoTime();
    double[] sums = part.get(Column.TOKEN_REWARDS).clone();
    for (TokenSignal.OfStep each : signals) {
      double[] given = checked(each, each.rewards(part), part.tokens());
      for (int t = 0; t < sums.length; t++) {
        sums[t] += given[t];
      }
    }
    for (int row = 0; row < part.rows(); row++) {
      System.arraycopy(
          sums, part.start(row), rewards, all.start(part.rowOfStep(row)), part.length(row));
    }
    seconds += (System.nanoTime() - start) / 1e9;
    return part.with(Column.TOKEN_REWARDS, sums);
  }

  /** Checks a signal's rewards, which may come from a user's class. */
  private static double[] checked(TokenSignal.OfStep signal, double[] given, int tokens) {
    String name =
        signal.getClass().getName().replaceAll("\\$\\$.*", ""); // without a lambda's number
    Check.returned("rewards.signals", signal, "rewards", given);
    if (given.length != tokens) {
      throw new SettingError(
          "rewards.signals",
          "%s returned %s rewards for %s tokens; return one for each trained token"
              .formatted(name, given.length, tokens));
    }
    for (double each : given) {
      if (!Double.isFinite(each)) {
        throw new SettingError(
            "rewards.signals",
            "%s returned the reward %s, which is not finite".formatted(name, each));
      }
    }
    return given;
  }

  /** Returns the token rewards of all rows after every part has been rewarded: [n]. */
  double[] rewards() {
    return rewards;
  }

  /** Ends the step; returns the signals' metrics. */
  MetricValues end() {
    MetricValues metrics = new MetricValues();
    signals.forEach(each -> metrics.putAll(each.end()));
    return metrics;
  }

  /** Returns the time spent on computing rewards, in seconds. */
  double seconds() {
    return seconds;
  }

  @Override
  public void close() {
    signals.forEach(TokenSignal.OfStep::close);
  }
}
