package io.braid.eval.codeforces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.eval.codeforces.Elo.Attempted;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EloTest {
  private static final double NEAR = 1e-6;

  @Test
  void fourHundredPointsAreTenToOne() {
    assertThat(Elo.winProbability(1900, 1500)).isCloseTo(10 / 11.0, within(1e-12));
    assertThat(Elo.winProbability(1500, 1900)).isCloseTo(1 / 11.0, within(1e-12));
    assertThat(Elo.winProbability(1500, 1500)).isEqualTo(0.5);
  }

  @Test
  void findsTheMaximumLikelihoodRating() {
    assertThat(Elo.maximumLikelihood(List.of(new Attempted(1500, 0.5))))
        .isCloseTo(1500, within(NEAR));
    assertThat(Elo.maximumLikelihood(List.of(new Attempted(1500, 10 / 11.0))))
        .isCloseTo(1900, within(NEAR));
    // The middle, by symmetry.
    assertThat(Elo.maximumLikelihood(List.of(new Attempted(1000, 1), new Attempted(2000, 0))))
        .isCloseTo(1500, within(NEAR));
    // Two of three equal problems: 1500 + 400 log10(2).
    assertThat(
            Elo.maximumLikelihood(
                List.of(new Attempted(1500, 1), new Attempted(1500, 1), new Attempted(1500, 0))))
        .isCloseTo(1500 + 400 * Math.log10(2), within(NEAR));
  }

  @Test
  void allOrNoneSolvedGivesABound() {
    assertThat(Elo.maximumLikelihood(List.of(new Attempted(800, 1), new Attempted(3500, 1))))
        .isEqualTo(Elo.HIGHEST);
    assertThat(Elo.maximumLikelihood(List.of(new Attempted(800, 0)))).isEqualTo(Elo.LOWEST);
  }

  @Test
  void requiresAProblem() {
    assertThatThrownBy(() -> Elo.maximumLikelihood(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void equallyRatedUsersAreNotBelow() {
    RatingHistogram people =
        new RatingHistogram(new TreeMap<>(Map.of(-10.0, 1L, 1200.0, 3L, 1500.0, 4L, 2000.0, 2L)));

    assertThat(people.below(-11)).isZero();
    assertThat(people.below(1200)).isEqualTo(0.1);
    assertThat(people.below(1200.5)).isEqualTo(0.4);
    assertThat(people.below(1500)).isEqualTo(0.4);
    assertThat(people.below(3000)).isEqualTo(1);
  }

  @Test
  void aHistogramRequiresUsers() {
    assertThatThrownBy(() -> new RatingHistogram(new TreeMap<>(Map.of(1200.0, 0L))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
