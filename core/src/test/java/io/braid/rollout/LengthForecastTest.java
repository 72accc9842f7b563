package io.braid.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LengthForecastTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-9);

  @Test
  void beforeAResponseHasEndedTheLimitBoundsTheRest() {
    LengthForecast forecast = new LengthForecast(10);

    assertThat(forecast.knowsNothing()).isTrue();
    assertThat(forecast.left(new int[] {4, 7}, 2)).isEqualTo(6 + 3 + 20);
  }

  @Test
  void waitingResponsesAreExpectedToBeAsLongAsThoseThatEnded() {
    LengthForecast forecast = new LengthForecast(100);
    forecast.ended(4, false);
    forecast.ended(8, false);

    assertThat(forecast.left(new int[0], 3)).isCloseTo(3 * 6, EXACT);
    assertThat(forecast.left(new int[0], 0)).isZero();
  }

  @Test
  void aRunningResponseIsExpectedToBeAsLongAsTheLongerOnes() {
    LengthForecast forecast = new LengthForecast(100);
    for (int length : new int[] {2, 2, 10, 10}) {
      forecast.ended(length, false);
    }

    // It has outlived those of 2 tokens; of the three of at least 10 tokens, two ended there, and
    // beyond it ends with probability 4 / (4 + 18 + 5) at each token.
    double tail = 4 / (2.0 + 2 * 9 + 9 - 0);
    double beyond = (1 - Math.pow(1 - tail, 90)) / tail;
    assertThat(forecast.left(new int[] {10}, 0)).isCloseTo(beyond, EXACT);
  }

  @Test
  void theLastOfSeveralRunningResponsesEndsLaterThanTheirMean() {
    LengthForecast forecast = new LengthForecast(3);
    assertThat(forecast.longest(new int[] {0, 2})).as("only the limit is known").isEqualTo(3);
    forecast.ended(1, false);
    forecast.ended(1, false);
    forecast.ended(2, false);
    forecast.ended(2, false);

    // Half end at 1 token, the others at 2.
    assertThat(forecast.left(new int[] {0, 0}, 0)).isCloseTo(2 * 1.5, EXACT);
    assertThat(forecast.longest(new int[] {0, 0})).isCloseTo(1.75, EXACT);
  }

  @Test
  void responsesThatAreCutOffReachTheLimit() {
    LengthForecast forecast = new LengthForecast(10);
    forecast.ended(10, true);

    assertThat(forecast.knowsNothing()).isFalse();
    assertThat(forecast.left(new int[] {4}, 0)).isEqualTo(6);
  }

  /** Thirty responses of about 600 tokens decoded together, of which one has ended. */
  @Test
  void responsesOfSimilarLengthAreNotExpectedToRunToTheLimit() {
    LengthForecast forecast = new LengthForecast(8192);
    forecast.ended(600, false);
    int[] running = new int[29];
    java.util.Arrays.fill(running, 604);

    assertThat(forecast.left(running, 0)).isLessThan(29 * 200.0);
  }

  @Test
  void theWatchCountsTokensAndReportsAFewTimesASecond() {
    List<SamplingProgress> heard = new ArrayList<>();
    long[] now = {0};
    SamplingWatch watch = new SamplingWatch(2, 10, heard::add, () -> now[0]);
    watch.grown(List.of());
    assertThat(heard).isEmpty();
    now[0] = 300_000_000;
    watch.grown(List.of());
    watch.ended(3, false);
    watch.grown(List.of());
    watch.ended(5, false);
    watch.grown(List.of());

    assertThat(heard)
        .containsExactly(
            new SamplingProgress(0, 2, 0, 20, true), new SamplingProgress(2, 2, 8, 0, false));
  }
}
