package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is measured is what a caller then sees: no machine is assumed to be exact. */
class RowProductsTest {
  @ParameterizedTest
  @CsvSource({"16, 24", "96, 110", "64, 2011", "33, 7"})
  void whereProductsAreExactARowHasItsBitsBesideAnyRows(long in, long out) {
    if (!RowProducts.exact(in, out)) {
      return; // the machine is said not to be exact, which doctor and the run's first lines say
    }
    try (Scope scope = Scope.open();
        RandomSource random = new RandomSource(7)) {
      Tensor weight = Tensor.randn(random, out, in);
      Tensor x = Tensor.randn(random, 200, in);
      Tensor all = Functional.linear(x, weight);
      for (int rows = RowProducts.FEWEST_ROWS; rows < 200; rows += 13) {
        assertThat(Functional.linear(x.narrow(0, 1, rows), weight).sameAs(all.narrow(0, 1, rows)))
            .as("%d rows", rows)
            .isTrue();
      }
    }
  }

  @Test
  void theAnswerStays() {
    assertThat(RowProducts.exact()).isEqualTo(RowProducts.exact());
  }
}
