package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoiceTest {
  private static final String QUESTION =
      "Which is the capital of France?\nA. Rome\nB) Paris\n(C) Bonn\nD: None of these.";

  private static Verdict judge(String gold, String response) {
    return Judged.by(new Choice(), Submission.of(Judged.problem(QUESTION, gold), response));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\boxed{B}",
        "\\boxed{\\text{B}}",
        "\\boxed{\\textbf{(B)}}",
        "\\boxed{b}",
        "\\boxed{(B) Paris}",
        "\\boxed{B. Paris}",
        "\\boxed{paris}",
        "<answer>B</answer>",
        "<answer> Paris. </answer>",
        "Rome (A) is wrong. The answer is (B).",
        "The answer is A? No. The answer is B",
        "the correct option is B, since Rome is Italy's.",
        "**Answer:** B",
        "**Answer**: **B**",
        "Answer: $B$",
        "Answer: \\(B\\)",
        "The answer is option (b)",
        "The answer is: B because A is Rome.",
        "The answer is B, A is wrong.",
        "B",
        " (B) ",
        "**B**",
        "I think.\n\nB.",
        "The answer is A. \\boxed{B}"
      })
  void acceptsTheLetterInAnyNotation(String response) {
    assertThat(judge("B", response)).isEqualTo(Verdict.right("B"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\boxed{A}",
        "\\boxed{Rome}",
        "\\boxed{AB}",
        "\\boxed{A, B}",
        "The answer is (A), not (B).",
        "The answer is not (B)",
        "The answer is B, C or D",
        "The answer is (B) or (C).",
        "The answer is B, maybe A",
        "Answer: **B** / **C**",
        "B is wrong",
        "Both A and B",
        "The answer is Bonn",
        "The answer is B's brother",
        "",
        "\\boxed{}"
      })
  void rejectsOtherAnswers(String response) {
    assertThat(judge("B", response).correct()).isFalse();
  }

  /** "A" and "I" are also English words. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The answer is a city           |
          The answer is A city           |
          The answer is I think Paris    |
          The answer is A                | A
          The answer is A, a city        | A
          The answer is A because of it  | A
          The answer is (a)              | A
          """)
  void doesNotTakeAWordForALetter(String response, String key) {
    assertThat(judge("A", response).canonical()).isEqualTo(Optional.ofNullable(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"B", "(B)", "B. Paris", "(B) Paris", "Paris", "paris."})
  void acceptsALetterOrATextAsReference(String gold) {
    assertThat(judge(gold, "\\boxed{B}").correct()).isTrue();
    assertThat(judge(gold, "<answer>Paris</answer>").correct()).isTrue();
    assertThat(judge(gold, "\\boxed{C}").correct()).isFalse();
  }

  @Test
  void comparesTextsIfTheQuestionHasNoOptions() {
    Submission text = Submission.of(Judged.problem("Paris"), "\\boxed{paris}");

    assertThat(Judged.by(new Choice(), text)).isEqualTo(Verdict.right("paris"));
  }

  @Test
  void aTextOfTwoOptionsMatchesNeither() {
    String twice = "A. one\nB. one\nC. two";
    Submission submission = Submission.of(Judged.problem(twice, "A"), "\\boxed{one}");

    assertThat(Judged.by(new Choice(), submission).correct()).isFalse();
  }
}
