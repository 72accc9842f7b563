package io.braid;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.Seeds.Stream;
import org.junit.jupiter.api.Test;

class SeedsTest {
  /** Different numbers would change every seeded run. */
  @Test
  void derivedSeedsAreUnchanged() {
    assertThat(Seeds.derive(7, Stream.EPOCH_ORDER, 3)).isEqualTo(6_018_027_440_424_182_934L);
    assertThat(Seeds.derive(7, Stream.SOURCE_ORDER, 3)).isEqualTo(2_991_429_000_156_323_922L);
    assertThat(Seeds.derive(7, Stream.ROLLOUT, 3)).isEqualTo(7_000_024L);
    assertThat(Seeds.derive(7, Stream.FURTHER_ROLLOUT, 3)).isEqualTo(22_106_368L);
    assertThat(Seeds.derive(7, Stream.LOSS, 3)).isEqualTo(51_581_512L);
    assertThat(Seeds.derive(7, Stream.FLOW_STEP, 3)).isEqualTo(7_000_024L);
    assertThat(Seeds.derive(7, Stream.FLOW_PURPOSE, 3)).isEqualTo(31);
    assertThat(Seeds.derive(7, Stream.FLOW_PERMUTATION, 3)).isEqualTo(7_000_024L);
    assertThat(Seeds.derive(7, Stream.FLOW_NOISE, 3)).isEqualTo(3_000_016L);
    assertThat(Seeds.derive(7, Stream.FLOW_MATCHING, 3)).isEqualTo(7_000_024L);
    assertThat(Seeds.derive(7, Stream.FLOW_TRAINING_ORDER, 1)).isEqualTo(8);
    assertThat(Seeds.derive(7, Stream.SHUFFLED_LATENTS, 3)).isEqualTo(10);
    assertThat(Seeds.derive(7, Stream.SFT_RESPONSE, 3)).isEqualTo(220);
  }

  @Test
  void hashesMatchSha256() {
    // printf abc | sha256sum: ba7816bf8f01cfea…
    assertThat(Seeds.hash("abc")).isEqualTo(0xba7816bf8f01cfeaL);
  }

  @Test
  void eachKeyHasItsOwnNumbers() {
    assertThat(Seeds.keyed(1, "a").nextLong()).isEqualTo(Seeds.keyed(1, "a").nextLong());
    assertThat(Seeds.keyed(1, "a").nextLong()).isNotEqualTo(Seeds.keyed(1, "b").nextLong());
    assertThat(Seeds.keyed(1, "a").nextLong()).isNotEqualTo(Seeds.keyed(2, "a").nextLong());
  }
}
