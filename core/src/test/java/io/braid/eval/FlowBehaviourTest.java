package io.braid.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.train.LatentScores.OfResponse;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlowBehaviourTest {
  private static final boolean[] ALL = {true, true, true};

  private static OfResponse numbers(boolean[] scored, double[] scores, double[] rewards) {
    float[] entropies = {0.5f, 1, 2};
    return new OfResponse(new float[3], entropies, scored, scores, rewards, new float[3][][]);
  }

  private static FlowBehaviour.Tally tally(FlowBehaviour behaviour, long id) {
    return Objects.requireNonNull(behaviour.tokens(1).get(id));
  }

  @Test
  void countsTokensByIdAndByCorrectnessOfTheResponse() {
    FlowBehaviour behaviour = new FlowBehaviour();
    behaviour.add(
        new long[] {7, 8, 7},
        numbers(ALL, new double[] {1, 2, 6}, new double[] {0, 0.5, -1}),
        Optional.of(true));
    behaviour.add(
        new long[] {7, 9, 9},
        numbers(
            new boolean[] {true, false, true}, new double[] {2, 99, 4}, new double[] {-0.5, 9, 0}),
        Optional.of(false));
    behaviour.add(
        new long[] {9, 9, 9},
        numbers(ALL, new double[] {0, 0, 0}, new double[] {0, 0, 0}),
        Optional.empty());

    FlowBehaviour.Tally seven = tally(behaviour, 7);
    assertThat(seven.count()).isEqualTo(3);
    assertThat(seven.score()).isEqualTo(3);
    assertThat(seven.reward()).isEqualTo(-0.5);
    assertThat(seven.punished()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(seven.rewarded()).isZero();
    assertThat(seven.entropy()).isEqualTo(1);
    assertThat(tally(behaviour, 8).rewarded()).isEqualTo(1);
    assertThat(behaviour.tokens(2)).containsOnlyKeys(7L, 9L);
    assertThat(behaviour.correct().tokens().score()).isEqualTo(3);
    assertThat(behaviour.correct().scores()).containsExactly(1, 2, 6);
    assertThat(behaviour.wrong().tokens().count()).as("without the unscored").isEqualTo(2);
    assertThat(behaviour.wrong().responses()).isEqualTo(1);
    assertThat(behaviour.all().responses()).isEqualTo(3);
    assertThat(behaviour.correct().parts().get(0).score()).isEqualTo(1);
    assertThat(behaviour.correct().parts().get(3).score()).isEqualTo(2);
    assertThat(behaviour.correct().parts().get(6).score()).isEqualTo(6);
    assertThat(behaviour.correct().parts().get(9).score()).isNaN();
  }

  @Test
  void correlatesRanksRatherThanValues() {
    assertThat(RankCorrelation.of(new double[] {1, 2, 3}, new double[] {1, 10, 1000}))
        .isCloseTo(1, within(1e-12));
    assertThat(RankCorrelation.of(new double[] {1, 2, 3}, new double[] {9, 5, 1}))
        .isCloseTo(-1, within(1e-12));
    // ranks 1.5, 1.5, 3, 4 and 2, 1, 3, 4: 4.5 / sqrt(4.5 * 5)
    assertThat(RankCorrelation.of(new double[] {0, 0, 5, 6}, new double[] {2, 1, 3, 4}))
        .isCloseTo(Math.sqrt(0.9), within(1e-12));
    assertThat(RankCorrelation.of(new double[] {1, 1}, new double[] {1, 2})).isNaN();
  }
}
