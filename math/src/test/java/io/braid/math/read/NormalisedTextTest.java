package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalisedTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$5$ | 5",
        "x≤2 | x\\le 2",
        "\\left( 1 \\right) | ( 1 )",
        "½ | \\frac{1}{2}",
        "1{,}000 | 1000",
        "x² | x^{2}",
        "v₁₂ | v_{12}",
        "５％ | 5%",
        "**7** | 7",
        "5. | 5",
      })
  void whatOnlySetsOutAnAnswerIsLeftOut(String written, String normalised) {
    assertThat(NormalisedText.of(written)).isEqualTo(normalised);
  }
}
