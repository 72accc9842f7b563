package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexerTest {
  private static String tokens(String text, boolean grouping) throws UnreadableException {
    return Lexer.tokens(text, grouping).stream()
        .map(token -> token.kind() + " " + token.text())
        .collect(Collectors.joining("; "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2x+1 | NUMBER 2; SYMBOL x; OPERATOR +; NUMBER 1",
        "1,000 | NUMBER 1000",
        "(1,000) | OPEN (; NUMBER 1; COMMA ,; NUMBER 000; CLOSE )",
        "1.234.567 | NUMBER 1234567",
        "1e-5 | NUMBER 1e-5",
        "2e | NUMBER 2; SYMBOL e",
        "\\frac12 | COMMAND frac; NUMBER 12",
        "\\le | RELATION ≤",
        "sinx | FUNCTION sin; SYMBOL x",
        "9 min | NUMBER 9; TEXT min",
        "min(1) | FUNCTION min; OPEN (; NUMBER 1; CLOSE )",
        "5\\text{ cm} | NUMBER 5; TEXT cm",
        "3 percent | NUMBER 3; OPERATOR %",
        "\\theta | SYMBOL \\theta",
        "a\\cup b | SYMBOL a; UNION ∪; SYMBOL b",
      })
  void aTextIsCutIntoTokens(String text, String tokens) throws UnreadableException {
    assertThat(tokens(text, true)).isEqualTo(tokens);
  }

  @Test
  void commasSeparateAnswersIfNumbersHaveNoThousandsSeparators() throws UnreadableException {
    assertThat(tokens("1,000", false)).isEqualTo("NUMBER 1; COMMA ,; NUMBER 000");
  }

  @Test
  void theNumberOfTokensAndDigitsIsBounded() {
    assertThatThrownBy(() -> tokens("x+".repeat(800), true))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("too long");
    assertThatThrownBy(() -> tokens("9".repeat(1001), true))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("too many digits");
  }
}
