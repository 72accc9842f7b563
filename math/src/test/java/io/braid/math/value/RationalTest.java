package io.braid.math.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RationalTest {
  private static Rational of(long above, long below) {
    return new Rational(BigInteger.valueOf(above), BigInteger.valueOf(below));
  }

  @Test
  void fractionsAreInLowestTermsWithAPositiveDenominator() {
    assertThat(of(6, -8)).isEqualTo(of(-3, 4)).hasToString("-3/4");
    assertThat(of(-8, -4)).isEqualTo(Rational.of(2)).hasToString("2");
    assertThat(of(0, -5)).isEqualTo(Rational.ZERO);
    assertThatThrownBy(() -> of(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void arithmeticIsExact() {
    assertThat(of(1, 3).plus(of(1, 6))).isEqualTo(of(1, 2));
    assertThat(of(1, 3).minus(of(1, 2))).isEqualTo(of(-1, 6));
    assertThat(of(2, 3).times(of(3, 4))).isEqualTo(of(1, 2));
    assertThat(of(2, 3).dividedBy(of(-4, 3))).contains(of(-1, 2));
    assertThat(of(2, 3).dividedBy(Rational.ZERO)).isEqualTo(Optional.empty());
    assertThat(Rational.of(new BigDecimal("1.250"))).isEqualTo(of(5, 4));
    assertThat(Rational.of(new BigDecimal("12e2"))).isEqualTo(Rational.of(1200));
  }

  @Test
  void onlyWholeNumbersThatFitAreInts() {
    assertThat(Rational.of(Integer.MIN_VALUE).asInt()).hasValue(Integer.MIN_VALUE);
    assertThat(Rational.of(1L + Integer.MAX_VALUE).asInt()).isEmpty();
    assertThat(of(1, 2).asInt()).isEmpty();
  }
}
