package io.braid.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.trajectory.Sequence;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Operations of the tiny model, counted by hand: 3 layers, width 96, inner 256, vocabulary 110. */
class TrainFlopsTest {
  private static final double LAYERS = 3 * (96 * (96 + 48 + 48) + 96 * 96 + 3 * 96 * 256);

  @Test
  void oneSequenceByHand() {
    // 17 tokens, of which one is learned; a token sees 9 others on average, itself among them
    double forward = 2 * LAYERS * 17 + 2 * 110 * 96 + 3 * 2 * (2 * 96) * 17 * 9.0;
    List<Sequence> one = List.of(new Sequence(new long[16], new long[1]));
    assertThat(LAYERS).isEqualTo(304_128);
    assertThat(TrainFlops.of(ModelSize.TINY.config(), one))
        .isEqualTo(3 * forward)
        .isEqualTo(31_613_184);
  }

  @Test
  void sequencesDoNotSeeEachOther() {
    Sequence a = new Sequence(new long[5], new long[7]);
    Sequence b = new Sequence(new long[2], new long[9]);
    assertThat(TrainFlops.of(ModelSize.SMALL.config(), List.of(a, b)))
        .isEqualTo(
            TrainFlops.of(ModelSize.SMALL.config(), List.of(a))
                + TrainFlops.of(ModelSize.SMALL.config(), List.of(b)));
  }

  @Test
  void utilisationIsWhatWasNeededOverWhatCouldHaveBeen() {
    TrainSpeed speed = new TrainSpeed(List.of(500.0, 250.0), 1000, 900, 2e9, OptionalLong.empty());
    List<Double> gigaflops = List.of(10.0, 16.0);
    assertThat(speed.utilisation(gigaflops)).containsExactly(0.4, 0.5);
    assertThat(speed.tokensPerSecond()).containsExactly(2000.0, 4000.0);
    RolloutSpeed rollout = new RolloutSpeed(List.of(2.0), List.of(10L), 1e9, OptionalLong.empty());
    assertThat(rollout.tokensPerSecond()).containsExactly(5.0);
    assertThat(rollout.bandwidthUtilisation(List.of(20.0)).getFirst())
        .isCloseTo(0.25, within(1e-12));
  }
}
