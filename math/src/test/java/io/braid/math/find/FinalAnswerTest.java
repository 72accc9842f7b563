package io.braid.math.find;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinalAnswerTest {
  @Test
  void theLastBoxIsRead() {
    assertThat(FinalAnswer.boxed("\\boxed{1} \\boxed{\\frac{1}{2}} .")).contains("\\frac{1}{2}");
    assertThat(FinalAnswer.boxed("\\boxed{\\{1\\}}")).contains("\\{1\\}");
    assertThat(FinalAnswer.boxed("\\boxed{1} \\boxed{2")).isEmpty();
    assertThat(FinalAnswer.boxed("1")).isEmpty();
  }

  @Test
  void tagsAndHashesAreRead() {
    assertThat(FinalAnswer.tagged("<answer>1</answer> <answer> 2 </answer>")).contains("2");
    assertThat(FinalAnswer.tagged("</answer>")).isEmpty();
    assertThat(FinalAnswer.afterHashes("#### 1\n#### 2\nmore")).contains("2");
    assertThat(FinalAnswer.ofSolution("a \\boxed{7} b")).isEqualTo("7");
    assertThat(FinalAnswer.ofSolution(" 9 ")).isEqualTo("9");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\\boxed {5} | \\boxed{5}",
        "\\boxed 5 | \\boxed{5}",
        "\\boxed$x$ | \\boxed{x}",
        "\\fbox{5} | \\boxed{5}",
        "\\framebox[2cm]{5} | \\boxed{5}",
        "\\colorbox{red}{5} | \\boxed{5}",
        "<Final_Answer>5</ final answer > | <answer>5</answer>",
        "a box | a box",
      })
  void marksHaveOneSpelling(String written, String usual) {
    assertThat(MarkSpelling.usual(written)).isEqualTo(usual);
  }

  @Test
  void onlyTheEndOfALongResponseIsRead() {
    String response = "x".repeat(20_000) + "<answer>5</answer>";
    assertThat(ResponseText.end(response)).hasSize(16_384).endsWith("</answer>");
    assertThat(ResponseText.answer(response)).isEqualTo("5");
    assertThat(ResponseText.answer("so \\boxed{6}")).isEqualTo("6");
    assertThat(ResponseText.answer("just 7")).isEqualTo("just 7");
  }

  @Test
  void commandsThatJsonDamagedAreRepaired() {
    assertThat(RepairedText.of("\frac{1}{2} \boxed{3} \times")).contains("\\frac{1}{2} \\boxed{3}");
    assertThat(RepairedText.of("frac{1}{2}")).isEqualTo("\\frac{1}{2}");
    assertThat(RepairedText.of("\\\\(x\\\\)")).isEqualTo("\\(x\\)");
    assertThat(RepairedText.of("٣٫٥ −２")).isEqualTo("3.5 -2");
  }
}
