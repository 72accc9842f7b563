package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreadTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\sum_{i} i | no mathematics that is known in '\\sum_{i} i'",
        "\\frac{1 | its brackets are not closed in '\\frac{1'",
        "--- | it has neither letters nor digits",
        "blue whales | read",
        "5 | read",
      })
  void unreadableMathematicsIsDistinguishedFromProse(String text, String trouble) {
    assertThat(Unread.of(text, AnswerReader.read(text)).orElse("read")).isEqualTo(trouble);
  }
}
