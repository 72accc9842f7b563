package io.braid.train;

import io.braid.FileError;
import io.braid.Metric;
import io.braid.Metric.Unit;
import io.braid.MetricValues;
import io.braid.Seeds;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.model.Transformer;
import io.braid.objective.loss.PromptEstimate;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.sampling.Sampler;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Computes a loss's estimates for prompts. When a problem first occurs in a step, responses to it
 * are sampled from the frozen reference and verified, and the estimate is computed from them. The
 * responses depend on the seed and the problem, not on the step, so the estimates are the same as
 * if they were computed for all problems before training.
 */
public final class PromptEstimates {
  /** Number of prompts that were estimated in the step. */
  public static final Metric ESTIMATED =
      Metric.declare(
          "estimated_prompts",
          Unit.COUNT,
          "prompts of the step that were estimated from responses of the reference, because they"
              + " occurred for the first time. Only with `log_z: disa`");

  /** Number of these prompts whose responses from the reference all got the same reward. */
  public static final Metric UNINFORMED =
      Metric.declare(
          "uninformed_prompts",
          Unit.COUNT,
          "number of `estimated_prompts` whose responses from the reference all earned the same"
              + " reward, so the estimate has no information about other rewards. Only with `log_z:"
              + " disa`");

  /** Effective sample size of the reference's responses. */
  public static final Metric EFFECTIVE_PROPOSALS =
      Metric.declare(
          "effective_proposals",
          Unit.COUNT,
          "effective sample size of the reference's responses, averaged over `estimated_prompts`."
              + " Absent if no prompt was estimated");

  /** Time of sampling and verifying the reference's responses. */
  public static final Metric SECONDS =
      Metric.declare(
          "proposal_seconds",
          Unit.SECONDS,
          "time spent sampling and verifying the reference's responses. Only with `log_z: disa`");

  private static final String FILE = "prompt-estimates.txt";
  private static final String FIRST_LINE = "problem estimate";

  private final PromptEstimate estimate;
  private final Sampler sampler;
  private final Transformer reference;
  private final Rollout proposals;
  private final UnaryOperator<Trajectories> rewards;
  private final Map<Integer, Double> known = new TreeMap<>(); // by the problem's index in the data
  private MetricValues metrics = new MetricValues();

  /**
   * Creates an object without estimates.
   *
   * @param reference π_ref
   * @param rewards fills {@link Column#REWARD} and {@link Column#TOKEN_REWARDS}
   */
  PromptEstimates(
      PromptEstimate estimate,
      Sampler sampler,
      Transformer reference,
      UnaryOperator<Trajectories> rewards) {
    this.estimate = estimate;
    this.sampler = sampler;
    this.rewards = rewards;
    this.reference = reference;
    SamplingSettings trained = sampler.rollout().settings();
    this.proposals =
        sampler
            .rollout()
            .of(reference)
            .with(
                new SamplingSettings(
                    estimate.proposals(),
                    PolicyTrainer.trainingTemperature(trained.temperature()),
                    /* topP= */ 1,
                    /* topK= */ 0,
                    /* minNewTokens= */ 0,
                    trained.maxNewTokens(),
                    trained.stopIds(),
                    trained.stopStrings()));
  }

  /** Fills the column of the estimates, after estimating new prompts. */
  Trajectories fill(Trajectories t) {
    int[] problems = t.get(Column.PROBLEM);
    metrics =
        estimateNew(
            Arrays.stream(problems).distinct().filter(p -> !known.containsKey(p)).toArray());
    double[] ofRows = new double[t.rows()];
    Arrays.setAll(ofRows, row -> known.get(problems[t.group(row)]));
    return t.with(estimate.column(), ofRows);
  }

  /** Estimates new prompts in chunks of about the number of responses of a step. */
  private MetricValues estimateNew(int[] problems) {
    long begun = System.nanoTime();
    int samples = sampler.rollout().settings().samples();
    int chunk = Math.max(1, sampler.settings().promptsPerStep() * samples / estimate.proposals());
    double effective = 0;
    int uninformed = 0;
    for (int from = 0; from < problems.length; from += chunk) {
      int[] some = Arrays.copyOfRange(problems, from, Math.min(from + chunk, problems.length));
      long seed = Seeds.derive(sampler.settings().seed(), Seeds.Stream.PROPOSALS, 0);
      Trajectories proposed = rewards.apply(proposed(some, seed));
      for (int[] rows : proposed.groups()) {
        PromptEstimate.Estimate made = estimate.of(proposed.select(rows));
        known.put(some[proposed.group(rows[0])], made.value());
        effective += made.effectiveSamples();
        uninformed += made.informed() ? 0 : 1;
      }
    }
    return new MetricValues()
        .put(ESTIMATED, problems.length)
        .put(UNINFORMED, uninformed)
        .putIf(problems.length > 0, EFFECTIVE_PROPOSALS, effective / problems.length)
        .put(SECONDS, (System.nanoTime() - begun) / 1e9);
  }

  private Trajectories proposed(int[] problems, long seed) {
    try (Transformer.WithoutAdapters base = reference.withoutAdapters()) {
      return sampler.ask(problems, /* version= */ 0, proposals, seed).trajectories();
    }
  }

  /** Returns the metrics of the last {@link #fill}. */
  MetricValues metrics() {
    return metrics;
  }

  /** Returns the estimates so far as checkpoint parts. */
  CheckpointParts parts() {
    return CheckpointParts.none().with(FILE, this::save, this::restore);
  }

  private void save(Path file) {
    try {
      Files.writeString(
          file,
          known.entrySet().stream()
              .map(each -> each.getKey() + " " + each.getValue() + "\n")
              .collect(Collectors.joining("", FIRST_LINE + "\n", "end\n")));
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }

  private void restore(Path file) {
    try {
      String[] lines = Files.readString(file).split("\n", -1);
      int end = lines.length - 2;
      if (end < 1 || !lines[0].equals(FIRST_LINE) || !lines[end].equals("end")) {
        throw new IllegalArgumentException("it is truncated");
      }
      known.clear();
      for (String line : Arrays.asList(lines).subList(1, end)) {
        int space = line.indexOf(' ');
        known.put(
            Integer.parseInt(line.substring(0, space)),
            Double.parseDouble(line.substring(space + 1)));
      }
    } catch (IOException e) {
      throw FileError.reading(file, e);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: cannot be read (%s); delete this checkpoint and resume from the one before",
              file,
              e.getMessage()),
          e);
    }
  }
}
