package io.braid.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.run.TimeLeft;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private Instant now = Instant.EPOCH;

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private Estimate estimate(long total) {
    return new Estimate(0, total, () -> now);
  }

  @Test
  void aLogGetsALineEveryFewSecondsAndAtTheEnd() {
    try (Progress progress = new ProgressLines("train", new Estimate(10, 100, () -> now), out)) {
      now = now.plusSeconds(1);
      progress.at(11, "reward 0.1");
      now = now.plusSeconds(5);
      progress.at(12, "reward 0.2");
      now = now.plusSeconds(1);
      progress.at(13, "reward 0.3");
      progress.at(14, "");
    }

    assertThat(printed())
        .isEqualToNormalizingNewlines(
            """
            train 12/100, 0:06 elapsed, about 7 min left, reward 0.2
            train 14/100, 0:07 elapsed, about 3 min left
            """);
  }

  @Test
  void aTerminalGetsABarWithinItsWidth() {
    try (Progress progress = new ProgressBars("train", estimate(4), out, () -> 100, false)) {
      progress.at(1, "reward 0.1");
      progress.at(4, "reward 0.4");
    }

    assertThat(printed()).contains("train", "4/4", "reward 0.4");
    assertThat(printed().lines().flatMap(line -> java.util.Arrays.stream(line.split("\r"))))
        .allMatch(line -> line.length() < 100);
  }

  @Test
  void linesArePrintedAboveTheBar() {
    try (Progress progress = new ProgressBars("train", estimate(4), out, () -> 60, false)) {
      progress.at(1, "");
      progress.print("a row");
    }

    assertThat(printed().lines().toList().getLast()).contains("1/4");
    assertThat(printed().lines().map(line -> line.substring(line.lastIndexOf('\r') + 1).strip()))
        .contains("a row");
  }

  @Test
  void theRestIsNotEstimatedFromTheFirstUnitWhichMayContainAWarmUp() {
    Estimate estimate = estimate(10);
    now = now.plusSeconds(100);
    estimate.at(1);
    assertThat(estimate.left()).isEmpty();
    now = now.plusSeconds(2);
    estimate.at(2);

    assertThat(estimate.left()).contains(TimeLeft.about(Duration.ofSeconds(16)));
    assertThat(estimate.fraction()).isEqualTo(0.2);
  }

  @Test
  void aKnownTimeLeftCountsDownAndMovesTheBar() {
    Estimate estimate = estimate(30);
    now = now.plusSeconds(10);
    estimate.remains(TimeLeft.about(Duration.ofSeconds(40)));
    now = now.plusSeconds(10);

    assertThat(estimate.left()).contains(TimeLeft.about(Duration.ofSeconds(30)));
    assertThat(estimate.fraction()).isEqualTo(0.4);
    estimate.at(30);
    assertThat(estimate.left()).isEmpty();
  }

  @Test
  void withoutColourNoEscapeSequenceIsPrinted() {
    try (Progress progress = new ProgressBars("train", estimate(4), out, () -> 100, false)) {
      progress.at(4, "");
    }
    assertThat(printed()).doesNotContain("\u001b");

    try (Progress progress = new ProgressBars("train", estimate(4), out, () -> 100, true)) {
      progress.at(4, "");
    }
    assertThat(printed()).contains("\u001b[");
  }
}
