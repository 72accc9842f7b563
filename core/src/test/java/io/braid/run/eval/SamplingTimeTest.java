package io.braid.run.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.rollout.SamplingProgress;
import io.braid.run.RelayedListener;
import io.braid.run.RunListener;
import io.braid.run.TimeLeft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplingTimeTest {
  private Instant now = Instant.EPOCH;

  @Test
  void tokensAreCountedAndNotProblems() {
    List<TimeLeft> heard = new ArrayList<>();
    SamplingTime time =
        new SamplingTime(
            new RelayedListener(RunListener.SILENT) {
              @Override
              public void remains(TimeLeft left) {
                heard.add(left);
              }
            },
            () -> now);

    now = now.plusSeconds(1);
    time.accept(new SamplingProgress(0, 30, 500, 9000, true));
    assertThat(heard).as("too early").isEmpty();
    now = now.plusSeconds(2);
    time.accept(new SamplingProgress(0, 30, 1500, 8000, true));
    assertThat(heard).containsExactly(new TimeLeft(Duration.ofSeconds(16), true));
    now = now.plusSeconds(6);
    time.accept(new SamplingProgress(1, 30, 1800, 100, false));

    // 300 tokens in the last 6 seconds, which are the last third and a little more.
    assertThat(heard.getLast()).isEqualTo(TimeLeft.about(Duration.ofSeconds(2)));
  }
}
