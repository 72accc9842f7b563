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

/**
 * How fast a model samples responses, prompts included in the time.
 *
 * @param seconds of each run
 * @param tokens response tokens of each run, stop tokens among them
 * @param bytesPerToken what decoding one row reads for a token: the weights, and the keys and
 *     values of a row of mean length; when there is only one row, nothing else is read
 * @param peakMb resident memory at most while it ran
 */
public record RolloutSpeed(
    List<Double> seconds, List<Long> tokens, double bytesPerToken, long peakMb) {

  /**
   * What is sampled.
   *
   * @param prompts how many, of 8 to 32 tokens
   * @param samples responses to each
   * @param newTokens response tokens at most
   * @param stops whether about every hundredth token ends a response; else each has all its tokens
   * @param cacheBytes how much the cache may take
   * @param warmUp runs before the first that counts, at least
   * @param warmUpSeconds and how long these take, at least: the JVM compiles loops meanwhile
   * @param runs runs that count
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
        throw new UserError("--prompts, --samples, --new, --cache-mb and --runs: at least 1");
      }
      if (warmUp < 0) {
        throw new UserError("--warm-up: must be 0 or more, here " + warmUp);
      }
      if (!(warmUpSeconds >= 0 && warmUpSeconds <= 3600)) {
        throw new UserError("--warm-up: must be 0 to 3600 seconds, here " + warmUpSeconds);
      }
    }
  }

  /**
   * Measures. Each run draws other responses; the same ones for the same model and settings.
   *
   * @param before each run that counts
   * @throws UserError when prompts and responses are longer than the model's context
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

  /** Response tokens a second, of each run. */
  public List<Double> tokensPerSecond() {
    List<Double> speeds = new ArrayList<>();
    for (int run = 0; run < seconds.size(); run++) {
      speeds.add(tokens.get(run) / seconds.get(run));
    }
    return speeds;
  }

  /**
   * Which share of the machine's copy bandwidth each run read, had it decoded one row at a time.
   *
   * @param gigabytesPerSecond what the machine copied before each run, read and written bytes
   *     counted
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
