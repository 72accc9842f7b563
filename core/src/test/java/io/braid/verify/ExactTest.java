package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.task.DigitSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactTest {
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          part,         ignoreCase, gold,  response,                          correct
          FINAL_ANSWER, false,      Paris, '  Paris\t',                       true
          FINAL_ANSWER, false,      Paris, 'Rome? <answer> Paris </answer>.', true
          FINAL_ANSWER, false,      Paris, 'so \\boxed{Paris}',               true
          FINAL_ANSWER, false,      Paris, 'Paris.',                          false
          FINAL_ANSWER, false,      Paris, 'paris',                           false
          FINAL_ANSWER, true,       Paris, 'PARIS',                           true
          FINAL_ANSWER, false,      1.0,   '1',                               false
          WHOLE,        false,      Paris, '<answer>Paris</answer>',          false
          WHOLE,        false,      Paris, ' Paris ',                         true
          """)
  void comparesCharacterByCharacter(
      Exact.Part part, boolean ignoreCase, String gold, String response, boolean correct) {
    Verdict verdict = Judged.by(new Exact(part, ignoreCase), gold, response);

    assertThat(verdict.correct()).isEqualTo(correct);
    assertThat(verdict.reward()).isEqualTo(correct ? 1 : 0);
  }

  @Test
  void aBlankResponseHasNoAnswer() {
    assertThat(
            Judged.by(new Exact(Exact.Part.FINAL_ANSWER, false), "x", "<answer> </answer>")
                .canonical())
        .isEmpty();
  }

  @Test
  void refusesAProblemWithoutATextReference() {
    Submission digits = Submission.of(new DigitSequence(3, 5, 10, 4).asked(), "1");

    assertThatThrownBy(() -> Judged.by(new Exact(Exact.Part.WHOLE, false), digits))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("verifier exact: the reference of problem " + digits.problem().id())
        .hasMessageContaining("use the verifier rule");
  }
}
