package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DryRunTest {
  @Test
  void lengthsHaveTheirRangeAndMedian() {
    assertThat(DryRun.lengths(new int[] {7, 1200, 3, 9})).isEqualTo("3 to 1,200 tokens, median 7");
    assertThat(DryRun.lengths(new int[] {6, 6})).isEqualTo("6 tokens each");
  }

  @Test
  void memoryIsTheSumOfItsParts() {
    assertThat(
            DryRun.sum(
                List.of(
                    new DryRun.Part("weights", 900_000_000),
                    new DryRun.Part("reference", 0),
                    new DryRun.Part("optimizer", 1_800_000_000))))
        .isEqualTo(
            "about 2.7 GB: weights 900 MB, optimizer 1.8 GB; in addition about 0.5 GB for the JVM"
                + " and libtorch");
  }

  @Test
  void timesHaveTwoDigits() {
    assertThat(DryRun.time(0.8249)).isEqualTo("0.82 s");
    assertThat(DryRun.time(35.4)).isEqualTo("35 s");
    assertThat(DryRun.time(720)).isEqualTo("12 min");
    assertThat(DryRun.time(9000)).isEqualTo("2.5 h");
  }
}
