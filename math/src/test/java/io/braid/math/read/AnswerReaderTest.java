package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.value.Answer;
import io.braid.math.value.Answer.Link;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | 5",
        "5\\text{ cm} | 5 with unit cm",
        "1, 2 | list {1; 2}",
        "1 \\text{ or } 2 | one of {1; 2}",
        "\\{1, 2\\} | set {1; 2}",
        "1 \\pm x | one of {1+x; 1-x}",
        "(1, 2) | tuple or interval (1, 2)",
        "[0, 1) | tuple or interval [0, 1)",
        "]0, 1] | tuple or interval (0, 1]",
        "x = 5 | x = 5",
        "= 5 | 5",
        "0 < x \\le 2 | 0 < x ≤ 2",
        "[0,1] \\cup [2,3] | tuple or interval [0, 1] ∪ tuple or interval [2, 3]",
        "3:5 | ratio of 2 terms",
        "12:30 | time or ratio of 2 terms",
        "(C) | choice C",
        "C. Cecile | choice C \"cecile\"",
        "A and C | list {choice A; choice C}",
        "\\text{Evelyn} | text \"evelyn\"",
      })
  void theKindOfAnAnswerIsRead(String text, String reading) {
    assertThat(AnswerReader.read(text).reading()).isEqualTo(reading);
  }

  @Test
  void commasMayPartThousandsOrAnswers() {
    assertThat(AnswerReader.read("1,234")).isInstanceOf(Answer.Value.class);
    assertThat(AnswerReader.readUngrouped("1,234"))
        .isInstanceOfSatisfying(
            Answer.Listing.class, list -> assertThat(list.link()).isEqualTo(Link.AND));
  }

  @Test
  void whatIsTooLongOrTooDeepIsText() {
    assertThat(AnswerReader.read("x+".repeat(1100) + "1")).isInstanceOf(Answer.Words.class);
    assertThat(AnswerReader.read("(1,".repeat(20) + "2" + ")".repeat(20)))
        .isInstanceOf(Answer.Words.class);
  }
}
