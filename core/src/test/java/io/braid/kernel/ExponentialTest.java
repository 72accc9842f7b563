package io.braid.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Test
  void inFloat64ItIsWithinTwoUnitsOfTheLastPlace() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      double x = -random.nextDouble() * Math.pow(10, random.nextInt(5) - 2);
      double exact = StrictMath.exp(x);
      if (exact > Double.MIN_NORMAL) {
        assertThat(Math.abs(wide(x) - exact))
            .as("e^%s", x)
            .isLessThanOrEqualTo(2 * Math.ulp(exact));
      }
    }
  }

  @Test
  void inFloat32ItIsWithinTwoUnitsOfTheLastPlace() {
    Random random = new Random(2);
    for (int i = 0; i < 200_000; i++) {
      float x = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(4) - 1) / 6);
      double exact = StrictMath.exp(x);
      assertThat(Math.abs(narrow(x) - exact))
          .as("e^%s", x)
          .isLessThanOrEqualTo(2 * Math.ulp((float) exact));
    }
  }

  @Test
  void theEndsAreWhatTheyShouldBe() {
    assertThat(wide(0)).isEqualTo(1);
    assertThat(wide(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(wide(-1e9)).isZero();
    assertThat(wide(Double.NaN)).isNaN();
    assertThat(narrow(0)).isEqualTo(1);
    assertThat(narrow(Float.NEGATIVE_INFINITY)).isLessThan(1e-37f);
    assertThat(narrow(Float.NaN)).isNaN();
  }

  private static double wide(double x) {
    return Exponential.of(DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, x)).lane(0);
  }

  private static float narrow(float x) {
    return Exponential.of(FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x)).lane(0);
  }
}
