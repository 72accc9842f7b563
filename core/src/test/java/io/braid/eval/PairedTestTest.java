package io.braid.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PairedTestTest {
  @Test
  void mcNemarMatchesManualCounts() {
    // 6 problems differ: (C(6,0) + C(6,1)) / 2^6 on either side.
    assertThat(PairedTest.mcNemar(5, 1)).isCloseTo(14 / 64.0, within(1e-12));
    assertThat(PairedTest.mcNemar(1, 5)).isCloseTo(14 / 64.0, within(1e-12));
    assertThat(PairedTest.mcNemar(10, 0)).isCloseTo(2 / 1024.0, within(1e-12));
    assertThat(PairedTest.mcNemar(3, 3)).isEqualTo(1);
    assertThat(PairedTest.mcNemar(0, 0)).isEqualTo(1);
  }

  @Test
  void mcNemarOfManyProblemsDoesNotUnderflow() {
    assertThat(PairedTest.mcNemar(0, 2_000)).isBetween(0.0, 1e-300);
    // The normal approximation: z = (|b - c| - 1) / sqrt(b + c) = 2.214, two-sided 0.0268.
    assertThat(PairedTest.mcNemar(1_050, 950)).isCloseTo(0.0268, within(0.0005));
  }

  @Test
  void signFlipMatchesManualCounts() {
    // Of 8 sign vectors, +++ and --- are as extreme.
    assertThat(PairedTest.signFlip(new double[] {0.5, 0.25, 0.125}, 1)).isEqualTo(2 / 8.0);
    // At least |1 - 2| = 1: all of ±3 and ±1.
    assertThat(PairedTest.signFlip(new double[] {1, -2}, 1)).isEqualTo(1);
    // At least |3 - 1|: ±4 and ±2.
    assertThat(PairedTest.signFlip(new double[] {3, -1}, 1)).isEqualTo(1);
    assertThat(PairedTest.signFlip(new double[] {0.5, 0, 0, 0.5, 0}, 1)).isEqualTo(0.5);
    assertThat(PairedTest.signFlip(new double[] {0, 0}, 1)).isEqualTo(1);
  }

  @Test
  void equalSumsStayEqualDespiteRounding() {
    assertThat(PairedTest.signFlip(new double[] {0.1, 0.2, -0.3}, 1)).isEqualTo(1);
    assertThat(PairedTest.signFlip(new double[] {0.1, 0.2, 0.3}, 1)).isEqualTo(2 / 8.0);
  }

  /** If every difference is −1, 0 or 1, both tests are the sign test. */
  @Property(seed = "17", tries = 100)
  void bothTestsAgreeOnUnitDifferences(
      @ForAll @IntRange(max = 8) int better, @ForAll @IntRange(max = 8) int worse) {
    double[] differences = new double[better + worse];
    Arrays.fill(differences, 0, better, 1);
    Arrays.fill(differences, better, better + worse, -1);

    assertThat(PairedTest.signFlip(differences, 1))
        .isCloseTo(PairedTest.mcNemar(better, worse), within(1e-12));
  }

  @Test
  void sampledSignsApproximateTheExactTestAndDependOnTheSeed() {
    double[] differences = new double[70];
    Arrays.fill(differences, 0, 45, 1);
    Arrays.fill(differences, 45, 70, -1);
    double exact = PairedTest.mcNemar(45, 25);

    double drawn = PairedTest.signFlip(differences, 1);

    // Four standard errors of a fraction of 0.022 in 100,000 samples.
    assertThat(drawn).isCloseTo(exact, within(4 * Math.sqrt(exact * (1 - exact) / 100_000)));
    assertThat(PairedTest.signFlip(differences, 1)).isEqualTo(drawn);
    assertThat(PairedTest.signFlip(differences, 2)).isNotEqualTo(drawn);
  }

  @Test
  void sampledSignsNeverGiveAZeroPValue() {
    double[] differences = new double[100];
    Arrays.fill(differences, 1);

    assertThat(PairedTest.signFlip(differences, 1)).isEqualTo(1 / 100_001.0);
  }
}
