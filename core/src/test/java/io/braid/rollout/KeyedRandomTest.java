package io.braid.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyedRandomTest {
  private static final int NUMBERS = 50_000;

  /** Each changes one part of the key and nothing else. */
  static Stream<Named<IntToDoubleFunction>> sequences() {
    return Stream.of(
        Named.of("positions", i -> KeyedRandom.uniform(KeyedRandom.stream(1, "problem", 0), i)),
        Named.of("samples", i -> KeyedRandom.uniform(KeyedRandom.stream(1, "problem", i), 0)),
        Named.of(
            "problems", i -> KeyedRandom.uniform(KeyedRandom.stream(1, "countdown:" + i, 0), 0)),
        Named.of("seeds", i -> KeyedRandom.uniform(KeyedRandom.stream(i, "problem", 0), 0)));
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void numbersAreUniform(IntToDoubleFunction sequence) {
    long[] seen = new long[100];
    for (int i = 0; i < NUMBERS; i++) {
      double x = sequence.applyAsDouble(i);
      assertThat(x).isGreaterThanOrEqualTo(0).isLessThan(1);
      seen[(int) (100 * x)]++;
    }
    double[] expected = new double[100];
    Arrays.fill(expected, NUMBERS / 100.0);

    ChiSquare.fits(seen, expected);
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void pairsOfNeighboursAreUniformInTheSquare(IntToDoubleFunction sequence) {
    long[] seen = new long[100];
    for (int i = 0; i < NUMBERS; i++) {
      seen[
          10 * (int) (10 * sequence.applyAsDouble(i))
              + (int) (10 * sequence.applyAsDouble(i + 1))]++;
    }
    double[] expected = new double[100];
    Arrays.fill(expected, NUMBERS / 100.0);

    // Pairs that share a number are not independent, but their counts still fit.
    ChiSquare.fits(seen, expected);
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void neighboursAreNotCorrelated(IntToDoubleFunction sequence) {
    double correlation =
        IntStream.range(0, NUMBERS)
                .mapToDouble(
                    i -> (sequence.applyAsDouble(i) - 0.5) * (sequence.applyAsDouble(i + 1) - 0.5))
                .average()
                .orElseThrow()
            * 12;

    assertThat(correlation).isCloseTo(0, within(4 / Math.sqrt(NUMBERS)));
  }

  @Test
  void everyPartOfTheKeyMatters() {
    Set<Long> streams = new HashSet<>();
    for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE}) {
      for (String problem : List.of("", "a", "b", "ab", "ba", "aa", "a ", "ä", "\u0000")) {
        for (int sample : new int[] {0, 1, 2, 1000, -1}) {
          streams.add(KeyedRandom.stream(seed, problem, sample));
        }
      }
    }

    assertThat(streams).hasSize(4 * 9 * 5);
  }

  @Test
  void theNumbersOfAKeyNeverChange() {
    long stream = KeyedRandom.stream(42, "countdown:3,5,7=26", 3);

    assertThat(stream).isEqualTo(-5570649911299631295L);
    assertThat(KeyedRandom.uniform(stream, 0)).isEqualTo(0.8559713128494333);
  }
}
