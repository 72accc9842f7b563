package io.braid.app.bench;

import io.braid.UserError;
import io.braid.model.KvCache;
import io.braid.model.Transformer;
import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The speed of sampling responses, including computing the prompts.
 *
 * @param seconds the time of each run
 * @param tokens the response tokens of each run, including stop tokens
 * @param bytesPerToken bytes read per token when decoding one row: the weights, and the keys and
 *     values of a row of mean length
 * @param peakMb peak resident memory; empty if unknown
 */
public record RolloutSpeed(
    List<Double> seconds, List<Long> tokens, double bytesPerToken, OptionalLong peakMb) {

  /**
   * Settings of the benchmark.
   *
   * @param prompts number of prompts, of 8 to 32 tokens
   * @param samples number of responses to each prompt
   * @param newTokens maximum length of a response, in tokens
   * @param stops whether about one token in a hundred ends a response; otherwise all have {@code
   *     newTokens} tokens
   * @param cacheBytes limit of the cache, in bytes
   * @param warmUp minimum number of runs before the first timed run
   * @param warmUpSeconds minimum time of these runs, in which the JVM compiles the loops
   * @param runs number of timed runs
   */
  public record Settings(
      int prompts,
      int samples,
      int newTokens,
      boolean stops,
      long cacheBytes,
      int warmUp,
      double warmUpSeconds,
      int runs) {
    /** Checks the settings. */
    public Settings {
      if (prompts < 1 || samples < 1 || newTokens < 1 || cacheBytes < 1 || runs < 1) {
        throw new UserError(
            "--prompts, --samples, --new, --cache-mb and --runs must be at least 1");
      }
      if (warmUp < 0) {
        throw new UserError("--warm-up: must be 0 or more, got " + warmUp);
      }
      if (!(warmUpSeconds >= 0 && warmUpSeconds <= 3600)) {
        throw new UserError("--warm-up: must be between 0 and 3600 seconds, got " + warmUpSeconds);
      }
    }
  }

  /**
   * Runs the benchmark. Each run samples different responses, which depend only on the model and
   * the settings.
   *
   * @param before called before each timed run
   * @throws UserError if prompts and responses are longer than the model's context
   */
  public static RolloutSpeed measure(Transformer model, Settings settings, Runnable before) {
    Workload work = new Workload(model.config());
    List<Prompt> prompts = work.prompts(settings.prompts);
    SamplingSettings sampling =
        SamplingSettings.of(
            settings.samples, 1, settings.newTokens, settings.stops ? work.stopIds() : List.of());
    Rollout rollout = new Rollout(model, sampling, _ -> "", settings.cacheBytes);
    List<Double> seconds = new ArrayList<>();
    List<Long> tokens = new ArrayList<>();
    PeakMemory.restart();
    double warm = 0; // seconds
    for (int run = 1; run <= settings.warmUp || warm < settings.warmUpSeconds; run++) {
      warm += sample(rollout, prompts, -run).seconds;
    }
    for (int run = 0; run < settings.runs; run++) {
      before.run();
      Sampled sampled = sample(rollout, prompts, run);
      seconds.add(sampled.seconds);
      tokens.add(sampled.tokens);
    }
    double length =
        tokens.stream().mapToLong(Long::longValue).average().orElseThrow()
            / ((double) settings.prompts * settings.samples);
    double prompt = prompts.stream().mapToInt(each -> each.ids().length).average().orElseThrow();
    return new RolloutSpeed(
        seconds,
        tokens,
        model.bytesPerToken() + (double) model.pageBytes() / KvCache.PAGE * (prompt + length / 2),
        PeakMemory.megabytes());
  }

  private record Sampled(double seconds, long tokens) {}

  private static Sampled sample(Rollout rollout, List<Prompt> prompts, int seed) {
    long start = System.nanoTime();
    List<Group> groups = rollout.sample(prompts, seed);
    double seconds = (System.nanoTime() - start) / 1e9;
    long tokens =
        groups.stream()
            .flatMap(group -> group.responses().stream())
            .mapToLong(response -> response.length())
            .sum();
    return new Sampled(seconds, tokens);
  }

  /** Returns the response tokens per second of each run. */
  public List<Double> tokensPerSecond() {
    List<Double> speeds = new ArrayList<>();
    for (int run = 0; run < seconds.size(); run++) {
      speeds.add(tokens.get(run) / seconds.get(run));
    }
    return speeds;
  }

  /**
   * Returns the fraction of the machine's copy bandwidth that each run used, for runs that decode
   * one row.
   *
   * @param gigabytesPerSecond the copy bandwidth measured before each run, counting read and
   *     written bytes
   */
  public List<Double> bandwidthUtilisation(List<Double> gigabytesPerSecond) {
    List<Double> speeds = tokensPerSecond();
    List<Double> shares = new ArrayList<>();
    for (int run = 0; run < speeds.size(); run++) {
      shares.add(speeds.get(run) * bytesPerToken / 1e9 / gigabytesPerSecond.get(run));
    }
    return shares;
  }
}
