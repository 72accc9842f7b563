package io.braid.math.find;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerPhraseTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The answer is 5 | 5",
        "So the answer to this comes out to be 5. | 5.",
        "Answer: 5 | 5",
        "ANSWER - 5 | 5",
        "**Final Answer** 5 | 5",
        "Ans: 5 | 5",
        "A: 5 | 5",
        "答案是5 | 5",
        "la réponse est 5 | 5",
        "Die Antwort lautet 5 | 5",
        "I don't think the answer is 5 | none",
        "There is no doubt that the answer is 5 | 5",
        "We answered it. | none",
      })
  void whatFollowsAnAnnouncementIsFound(String text, String rest) {
    assertThat(AnswerPhrase.behind(text).stream().findFirst().orElse("none")).isEqualTo(rest);
  }

  @Test
  void theLastAnnouncementComesFirst() {
    assertThat(AnswerPhrase.behind("The answer is 4. No, the answer is 5"))
        .containsExactly("5", "4. No, the answer is 5");
  }

  @Test
  void theShortFormIsNoAnnouncementWhereLettersAreAskedFor() {
    assertThat(AnswerPhrase.behind("A: 5", false)).isEmpty();
  }

  @Test
  void aSentenceEndsAtAPointThatShortensNothing() {
    assertThat(AnswerPhrase.sentence("approx. 5 kg. More follows")).isEqualTo("approx. 5 kg");
    assertThat(AnswerPhrase.sentence("3.5** \nmore")).isEqualTo("3.5");
    assertThat(AnswerPhrase.asks("it 5? No")).isTrue();
    assertThat(AnswerPhrase.asks("it 5. Or?")).isFalse();
  }
}
