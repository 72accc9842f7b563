package io.braid.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private Instant now = Instant.EPOCH;

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLogGetsALineEveryFewSecondsAndAtTheEnd() {
    try (Progress progress = new ProgressLines("train", 10, 100, out, () -> now)) {
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
            train 12/100, 0:00:06 elapsed, 0:04:24 left, reward 0.2
            train 14/100, 0:00:07 elapsed, 0:02:30 left
            """);
  }

  @Test
  void aTerminalGetsABarWithinItsWidth() {
    try (Progress progress = new ProgressBars("train", 0, 4, out, () -> 100, false)) {
      progress.at(1, "reward 0.1");
      progress.at(4, "reward 0.4");
    }

    assertThat(printed()).contains("train", "4/4", "reward 0.4");
    assertThat(printed().lines().flatMap(line -> java.util.Arrays.stream(line.split("\r"))))
        .allMatch(line -> line.length() < 100);
  }

  @Test
  void withoutColourNoEscapeSequenceIsPrinted() {
    try (Progress progress = new ProgressBars("train", 0, 4, out, () -> 100, false)) {
      progress.at(4, "");
    }
    assertThat(printed()).doesNotContain("\u001b");

    try (Progress progress = new ProgressBars("train", 0, 4, out, () -> 100, true)) {
      progress.at(4, "");
    }
    assertThat(printed()).contains("\u001b[");
  }
}
