package io.braid.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.rollout.Prompt;
import io.braid.trajectory.Sequence;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The work is the one that the peers do: a few of its numbers, worked out by hand. */
class WorkloadTest {
  private final Workload tiny = new Workload(ModelSize.TINY.config());

  @Test
  void promptsHaveEightToThirtyTwoTokens() {
    List<Prompt> prompts = tiny.prompts(64);
    assertThat(prompts.get(0).ids()).containsExactly(13, 12, 11, 10, 9, 8, 7, 6);
    assertThat(prompts.get(1).ids()).hasSize(15).startsWith(92, 91); // (31 · 7919 + 13) mod 110
    assertThat(prompts).extracting(prompt -> prompt.ids().length).contains(8, 32);
    assertThat(prompts).allMatch(prompt -> prompt.ids().length <= Workload.LONGEST_PROMPT);
  }

  @Test
  void noPromptHasAStopToken() {
    Workload large = new Workload(ModelSize.QWEN_0_5B.config());
    assertThat(large.stopIds()).hasSize(1519).startsWith(0L).endsWith(1518L);
    assertThat(tiny.stopIds()).containsExactly(0L);
    assertThat(tiny.sequences(1, 256).getFirst().prompt()[13]).isEqualTo(1); // 0 would stop
    for (Prompt prompt : large.prompts(512)) {
      assertThat(Arrays.stream(prompt.ids()).min().orElseThrow()).isGreaterThanOrEqualTo(1519);
    }
  }

  @Test
  void responsesAreRagged() {
    assertThat(tiny.sequences(5, 256))
        .extracting(sequence -> sequence.response().length)
        .containsExactly(1, 98, 15, 187, 58);
    assertThat(tiny.sequences(128, 256)).allMatch(sequence -> sequence.prompt().length == 16);
    assertThat(tiny.sequences(2000, 256).stream().mapToInt(Sequence::length).max().orElseThrow())
        .isEqualTo(16 + 256);
  }
}
