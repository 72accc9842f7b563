package io.braid.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Test
  void itIsWithinTwoUnitsOfTheLastPlace() {
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
    assertThat(narrow(0)).isEqualTo(1);
    assertThat(narrow(Float.NEGATIVE_INFINITY)).isLessThan(1e-37f);
    assertThat(narrow(Float.NaN)).isNaN();
    assertThat(negative(0)).isEqualTo(1);
    assertThat(negative(-86)).isEqualTo(narrow(-86));
    assertThat(negative(-88)).isZero();
    assertThat(negative(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(negative(Float.NaN)).isNaN();
  }

  private static float narrow(float x) {
    return Exponential.of(FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x)).lane(0);
  }

  private static float negative(float x) {
    return Exponential.ofNegative(FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x)).lane(0);
  }
}
