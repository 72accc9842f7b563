package io.braid.app.bench;

import io.braid.UserError;
import io.braid.model.KvCache;
import io.braid.model.Transformer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Measures how the time per token and the memory of sampling depend on the number of concurrent
 * responses.
 *
 * @param levels the measurements for each number of responses, in the requested order
 */
public record LoadSpeed(List<Level> levels) {
  private static final int SAMPLES = 8;

  /**
   * The measurements at one number of concurrent responses.
   *
   * @param concurrent number of concurrent responses
   * @param microsecondsPerToken time of each run divided by its response tokens
   * @param tokens response tokens of each run
   * @param kvCacheMb limit of the cache, in MB, which is enough for all responses at full length
   * @param peakMb peak resident memory, in MB; empty if unknown
   * @param grownMb growth of the peak over the resident memory before the first level, in MB: the
   *     cache and the operators' temporary memory; empty if unknown
   */
  public record Level(
      int concurrent,
      List<Double> microsecondsPerToken,
      List<Long> tokens,
      long kvCacheMb,
      OptionalLong peakMb,
      OptionalLong grownMb) {}

  /**
   * Runs the levels in turn, so that other load on the machine affects all of them equally.
   *
   * @param concurrent numbers of concurrent responses, multiples of 8
   * @param newTokens tokens of each response; all have the same length, so all end together
   * @param warmUp minimum time of each level before its first timed run, in seconds
   * @param runs number of timed runs of each level
   * @throws UserError if a number is out of range
   */
  public static LoadSpeed measure(
      Transformer model, List<Integer> concurrent, int newTokens, double warmUp, int runs) {
    for (int rows : concurrent) {
      if (rows < SAMPLES || rows % SAMPLES != 0) {
        throw new UserError(
            "--concurrent: must be multiples of %d, got %d".formatted(SAMPLES, rows));
      }
    }
    if (runs < 1) {
      throw new UserError("--runs: must be at least 1, got " + runs);
    }
    OptionalLong before = PeakMemory.now();
    concurrent.forEach(rows -> sample(model, rows, newTokens, warmUp));
    List<List<RolloutSpeed>> rounds = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      rounds.add(concurrent.stream().map(rows -> sample(model, rows, newTokens, 0)).toList());
    }
    List<Level> levels = new ArrayList<>();
    for (int l = 0; l < concurrent.size(); l++) {
      int level = l;
      levels.add(
          level(
              model,
              concurrent.get(l),
              newTokens,
              rounds.stream().map(round -> round.get(level)).toList(),
              before));
    }
    return new LoadSpeed(levels);
  }

  /** Runs the model once with this number of responses. */
  private static RolloutSpeed sample(Transformer model, int rows, int newTokens, double warmUp) {
    return RolloutSpeed.measure(
        model,
        new RolloutSpeed.Settings(
            rows / SAMPLES,
            SAMPLES,
            newTokens,
            /* stops= */ false,
            cacheBytes(model, rows, newTokens),
            /* warmUp= */ 0,
            warmUp,
            /* runs= */ 1),
        () -> {});
  }

  private static long cacheBytes(Transformer model, int rows, int newTokens) {
    return rows * model.pageBytes() * KvCache.pagesOf(Workload.LONGEST_PROMPT + newTokens);
  }

  private static Level level(
      Transformer model, int rows, int newTokens, List<RolloutSpeed> runs, OptionalLong before) {
    OptionalLong peak =
        runs.stream().map(RolloutSpeed::peakMb).flatMapToLong(OptionalLong::stream).max();
    OptionalLong grown =
        peak.isPresent() && before.isPresent()
            ? OptionalLong.of(Math.max(0, peak.getAsLong() - before.getAsLong()))
            : OptionalLong.empty();
    return new Level(
        rows,
        runs.stream().map(run -> 1e6 / run.tokensPerSecond().getFirst()).toList(),
        runs.stream().map(run -> run.tokens().getFirst()).toList(),
        Math.ceilDiv(cacheBytes(model, rows, newTokens), 1_000_000),
        peak,
        grown);
  }
}
