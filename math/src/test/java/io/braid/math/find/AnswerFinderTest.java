package io.braid.math.find;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.read.AnswerReader;
import io.braid.math.value.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerFinderTest {
  private static final Answer NUMBER = AnswerReader.read("0");
  private static final Answer LETTER = AnswerReader.read("B");

  private static String found(boolean lenient, boolean boxedOnly, Answer gold, String response) {
    return new AnswerFinder(lenient, boxedOnly)
        .in(response.replace("⏎", "\n"), gold)
        .map(found -> found.text() + " from " + found.where())
        .orElse("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\\boxed{4} then \\boxed{5} | 5 from the last box",
        "\\boxed{4} <answer>5</answer> | 5 from the last answer tags",
        "<answer>4</answer> \\boxed{5} | 5 from the last box",
        "We count.⏎#### 5 | 5 from behind ####",
        "####⏎5 | 5 from behind ####",
        "5 | 5 from the whole response",
        "The answer is 5. | 5 from behind \"answer\"",
        "The answer is 7. Let me check it. | 7 from behind \"answer\"",
        "So the answer is 7. I am done | 7 from behind \"answer\"",
        "The answer is -12. Now I stop | -12 from behind \"answer\"",
        "So we get $5$. | 5 from the last formula",
        "\\boxed{4}⏎The final answer is 5. | 5 from behind \"answer\"",
        "\\boxed{5 | none",
        "\\boxed{} | none",
        "<think>\\boxed{4}</think> 5 | 5 from the whole response",
        "Is it 5? | none",
        "The answer is not 5. | none",
      })
  void theFirstPlaceThatHoldsAnAnswerCounts(String response, String found) {
    assertThat(found(true, false, NUMBER, response)).isEqualTo(found);
  }

  @Test
  void nothingAfterAnEndMarkCounts() {
    assertThat(found(true, false, NUMBER, "The answer is 5.<|im_end|> \\boxed{4}"))
        .isEqualTo("5 from behind \"answer\"");
  }

  @Test
  void onlyABoxCountsWhereThatIsAskedFor() {
    assertThat(found(true, true, NUMBER, "The answer is 5.")).isEqualTo("none");
    assertThat(found(true, true, NUMBER, "<think>\\boxed{5}")).isEqualTo("none");
    assertThat(found(true, true, NUMBER, "<think></think>\\boxed{5}"))
        .isEqualTo("5 from the last box");
  }

  @Test
  void strictWantsOneNumberInASentence() {
    String response = "\\boxed{\\text{She runs 50 miles in 7 hours}}";
    assertThat(found(true, false, NUMBER, response)).isEqualTo("50 from the last box");
    assertThat(found(false, false, NUMBER, response)).startsWith("\\text{She runs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "The answer is (B). | (B) from behind \"answer\"",
        "B, because A is odd | B from the start",
        "I choose the one that fits (B). | B from the last sentence",
        "The answer is not A. | none",
      })
  void aLetterIsFoundIfTheReferenceIsALetter(String response, String found) {
    assertThat(found(false, false, LETTER, response)).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5 | 5",
        "We add. The answer is 5. | 5",
        "So $x = \\boxed{5}$. | 5",
        "We count.⏎#### 5 | 5",
        "Therefore the value comes out to be $x^2+1$. | x^2+1",
      })
  void theAnswerOfAWorkedReferenceIsFound(String reference, String answer) {
    assertThat(ReferenceAnswer.of(reference.replace("⏎", "\n"))).isEqualTo(answer);
  }
}
