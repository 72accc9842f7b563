package io.braid.app.bench;

import io.braid.UserError;
import io.braid.model.KvCache;
import io.braid.model.Transformer;
import java.util.ArrayList;
import java.util.List;

/**
 * How sampling grows with the number of responses that are sampled at once.
 *
 * @param levels one for each number of responses, in the order asked for
 */
public record LoadSpeed(List<Level> levels) {
  private static final int SAMPLES = 8;

  /**
   * So many responses at once.
   *
   * @param concurrent how many
   * @param microsecondsPerToken the time of a run over its response tokens, of each run
   * @param tokens response tokens of each run
   * @param cacheMb what the cache was allowed: every response at its longest
   * @param peakMb resident memory at most while it ran
   * @param grownMb of that, what came to what was resident before the first level: the cache, and
   *     what operators need meanwhile
   */
  public record Level(
      int concurrent,
      List<Double> microsecondsPerToken,
      List<Long> tokens,
      long cacheMb,
      long peakMb,
      long grownMb) {}

  /**
   * Measures.
   *
   * @param concurrent responses at once, multiples of 8
   * @param newTokens response tokens at most
   * @param runs runs that count, of each
   * @throws UserError when a number cannot be
   */
  public static LoadSpeed measure(
      Transformer model, List<Integer> concurrent, int newTokens, int runs) {
    for (int rows : concurrent) {
      if (rows < SAMPLES || rows % SAMPLES != 0) {
        throw new UserError(
            "--concurrent: must be multiples of %d, here %d".formatted(SAMPLES, rows));
      }
    }
    long before = PeakMemory.now();
    List<Level> levels = new ArrayList<>();
    for (int rows : concurrent) {
      long cache = rows * model.pageBytes() * KvCache.pagesOf(Workload.LONGEST_PROMPT + newTokens);
      RolloutSpeed speed =
          RolloutSpeed.measure(
              model,
              new RolloutSpeed.Settings(
                  rows / SAMPLES, SAMPLES, newTokens, false, cache, /* warmUp= */ 1, runs));
      levels.add(
          new Level(
              rows,
              speed.tokensPerSecond().stream().map(each -> 1e6 / each).toList(),
              speed.tokens(),
              Math.ceilDiv(cache, 1_000_000),
              speed.peakMb(),
              Math.max(0, speed.peakMb() - before)));
    }
    return new LoadSpeed(levels);
  }
}
