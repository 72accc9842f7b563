package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is measured is what a caller then sees: no machine is assumed to be exact. */
class RowProductsTest {
  @ParameterizedTest
  @CsvSource({"16, 24", "96, 110", "64, 2011", "33, 7"})
  void whereProductsAreExactARowHasItsBitsBesideAnyRows(long in, long out) {
    assumeTrue(
        RowProducts.exact(in, out),
        "this machine's matrix products give a row other bits beside other rows");
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
}
