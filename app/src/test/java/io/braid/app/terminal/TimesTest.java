package io.braid.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.run.TimeLeft;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimesTest {
  @Test
  void anEstimateHasAboutTwoDigits() {
    assertThat(rounded(0)).isEqualTo("1 s");
    assertThat(rounded(19)).isEqualTo("19 s");
    assertThat(rounded(43)).isEqualTo("45 s");
    assertThat(rounded(170)).isEqualTo("3 min");
    assertThat(rounded(99 * 60)).isEqualTo("99 min");
    assertThat(rounded(100 * 60)).isEqualTo("1 h 40 min");
    assertThat(rounded(50 * 3600)).isEqualTo("2 d 2 h");
    assertThat(Times.words(new TimeLeft(Duration.ofSeconds(7), true)))
        .isEqualTo("at most 7 s left");
  }

  @Test
  void anElapsedTimeIsExact() {
    assertThat(Times.clock(Duration.ofSeconds(7))).isEqualTo("0:07");
    assertThat(Times.clock(Duration.ofSeconds(3723))).isEqualTo("1:02:03");
  }

  private static String rounded(long seconds) {
    return Times.rounded(Duration.ofSeconds(seconds));
  }
}
