package io.braid.app.bench;

import io.braid.MetricValues;
import io.braid.run.RunListener;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.RunResult;
import io.braid.run.train.TrainRecipe;
import io.braid.train.StepMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Measures the phases of reinforcement learning steps in an ordinary run.
 *
 * @param milliseconds times of each phase and of the whole {@code step}, one per step; forward,
 *     backward and optimizer are parts of train, and a phase that a step skipped counts as 0
 * @param tokens response tokens of each step
 * @param peakMb peak resident memory; empty if unknown
 * @param stoppedBy exit code, if a signal ended the run early
 */
public record StepSpeed(
    Map<String, List<Double>> milliseconds,
    List<Double> tokens,
    OptionalLong peakMb,
    OptionalInt stoppedBy) {
  private static final String SECONDS = "_seconds";

  /** The phases of every step, in order; other phases follow in order of occurrence. */
  private static final List<String> PHASES =
      List.of("rollout", "verify", "measure", "forward", "backward", "optimizer", "train", "step");

  /**
   * Runs a recipe to its end.
   *
   * @param recipe the recipe, with more steps than {@code warmUp}
   * @param warmUp number of first steps that are not timed
   * @param out the run directory, which must not exist
   * @throws io.braid.UserError for every error that the user can fix
   */
  public static StepSpeed measure(TrainRecipe recipe, int warmUp, Path out) {
    PeakMemory.restart();
    Times times = new Times(warmUp);
    RunResult result = PolicyRun.run(recipe, out, false, times);
    return new StepSpeed(
        times.milliseconds(), times.tokens(), PeakMemory.megabytes(), result.stoppedBy());
  }

  /** Records the times of a run. */
  private static final class Times implements RunListener {
    private final int warmUp;
    private final List<MetricValues> steps = new ArrayList<>();

    Times(int warmUp) {
      this.warmUp = warmUp;
    }

    @Override
    public void begins(String phase, int steps, int done) {}

    @Override
    public void stepped(int done, MetricValues metrics) {
      if (done > warmUp) {
        steps.add(metrics);
      }
    }

    @Override
    public void notice(String text) {}

    @Override
    public void ends(String note) {}

    Map<String, List<Double>> milliseconds() {
      Stream<String> others =
          steps.stream()
              .flatMap(step -> step.byName().keySet().stream())
              .filter(name -> name.endsWith(SECONDS))
              .map(name -> name.substring(0, name.length() - SECONDS.length()));
      Map<String, List<Double>> times = new LinkedHashMap<>();
      Stream.concat(PHASES.stream(), others)
          .distinct()
          .forEach(phase -> times.put(phase, of(phase)));
      return times;
    }

    private List<Double> of(String phase) {
      return steps.stream()
          .map(step -> 1e3 * step.byName().getOrDefault(phase + SECONDS, 0.0))
          .toList();
    }

    List<Double> tokens() {
      return steps.stream().map(step -> step.get(StepMetrics.TOKENS, 0)).toList();
    }
  }
}
