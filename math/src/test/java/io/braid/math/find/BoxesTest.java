package io.braid.math.find;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoxesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\boxed{1} and \\boxed{2} | 1 \\text{and} 2",
        "\\boxed{1}, \\boxed{2} | 1 \\text{and} 2",
        "\\boxed{1} \\boxed{2} | 1 \\text{and} 2",
        "\\boxed{x=1} and $y = $ \\boxed{2} | x=1 \\text{and} 2",
        "\\boxed{1}, \\boxed{1} | 1",
        "\\boxed{1}. But in fact \\boxed{2} | 2",
        "\\boxed{1} is wrong, it is \\boxed{2} | 2",
        "\\boxed{1} and \\boxed{2 | none",
      })
  void boxesThatBelongTogetherAreOneAnswer(String text, String held) {
    assertThat(Boxes.last(text, false).orElse("none")).isEqualTo(held);
  }
}
