package io.braid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.Metric.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {
  private static final Metric ONE = Metric.declare("of_a_test", Unit.NATS, "of a test");
  private static final Metric FAMILY = Metric.declare("of_tests@k", Unit.COUNT, "of k tests");

  @Test
  void aNameHasOneMeaning() {
    assertThat(Metric.declare("of_a_test", Unit.NATS, "of a test")).isEqualTo(ONE);
    assertThatThrownBy(() -> Metric.declare("of_a_test", Unit.NATS, "of another"))
        .hasMessageContaining("'of_a_test' is declared twice, with different meanings");
    assertThatThrownBy(() -> Metric.declare("of_a_test", Unit.COUNT, "of a test"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Reward", "reward/mean", "reward mean", "1st", "pass@4", "step", "time"})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> Metric.declare(name, Unit.NONE, "of a test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a valid name of a metric");
  }

  @Test
  void aFamilyHasAMetricForEachK() {
    assertThat(FAMILY.at(16).name()).isEqualTo("of_tests@16");
    assertThat(FAMILY.at(16).unit()).isEqualTo(Unit.COUNT);
    assertThat(FAMILY.covers("of_tests@16")).isTrue();
    assertThat(FAMILY.covers("of_tests@k")).isTrue();
    assertThat(FAMILY.covers("of_tests@")).isFalse();
    assertThat(FAMILY.covers("of_tests")).isFalse();
    assertThat(ONE.covers("of_a_test")).isTrue();
    assertThatThrownBy(() -> ONE.at(2)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasNotMeasuredIsAbsent() {
    MetricValues values = new MetricValues().put(ONE, 1).putIf(false, FAMILY.at(1), 2);
    assertThat(values.byName()).containsOnlyKeys("of_a_test");
    assertThat(values.get(FAMILY.at(1))).isNaN();
    assertThat(values.add(ONE, 2).add(FAMILY.at(2), 5).byName())
        .containsEntry("of_a_test", 3.0)
        .containsEntry("of_tests@2", 5.0);
  }
}
