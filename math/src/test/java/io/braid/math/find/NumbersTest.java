package io.braid.math.find;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  private static List<String> in(String text) {
    Numbers numbers = new Numbers(text, 0);
    List<String> found = new ArrayList<>();
    for (Optional<Numbers.Span> next = numbers.next(); next.isPresent(); next = numbers.next()) {
      found.add(next.get().text());
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "we sold 1,250 of them | 1,250",
        "it costs $84 | $84",
        "12kg | 12\\text{ kg}",
        "5cm² | 5\\text{ cm²}",
        "28 percent | 28\\%",
        "3 million | 3 million",
        "2π | 2\\pi",
        "\\frac{1}{2} | \\frac{1}{2}",
        "-7 | -7",
        "3/4 | 3/4",
      })
  void aNumberIsFoundWithItsUnit(String text, String number) {
    assertThat(in(text)).containsExactly(number);
  }

  @Test
  void whatBelongsToAWordOrAPowerIsNoNumber() {
    assertThat(in("x2 and y_3 and 2^5 and 5abc")).isEmpty();
  }

  @Test
  void formulasAreWhatStandsBetweenTheirSigns() {
    assertThat(Formulas.in("a $x$ b \\(y\\) c \\[z\\] $5"))
        .extracting(Formulas.Span::content)
        .containsExactly("x", "y", "z");
    assertThat(Formulas.leading(" $1$ and $2$ are")).contains("1 \\text{and} 2");
    assertThat(Formulas.leading("so $1$")).isEmpty();
  }

  @Test
  void labelsAreBlanked() {
    assertThat(Labels.blanked("Step 5: add 3")).isEqualTo("        add 3");
    assertThat(Labels.blanked("5 apples")).isEqualTo("5 apples");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The value is five then | true",
        "there are 5 | true",
        "x = 5 | false",
        "5 cm | false",
        "\\text{some words that are long} | false",
        "\\sin x \\cos y | false",
      })
  void sentencesAreDistinguishedFromAnswers(String text, boolean prose) {
    assertThat(Prose.is(text)).isEqualTo(prose);
  }
}
