package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.Problem;
import io.braid.verify.guard.Boxes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnouncedTest {
  private static Verdict judge(
      VerifierSettings settings, Problem problem, String response, boolean finished) {
    try (Verifier verifier = new Announced(settings.create())) {
      return verifier.judge(new Submission(problem, response, finished));
    }
  }

  private static void check(
      VerifierSettings settings, Problem problem, String response, boolean counts) {
    assertThat(judge(settings, problem, response, true).correct()).isTrue();
    Verdict cut = judge(settings, problem, response, false);
    assertThat(cut.correct()).isEqualTo(counts);
    assertThat(cut.reward()).isEqualTo(counts ? 1 : 0);
    assertThat(cut.unannounced()).isEqualTo(!counts);
    assertThat(cut.unknown()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "First, 3 + 4 = 7, so we get 7 | false",
        "7 | false",
        "So $x = 7$ | false",
        "It is \\boxed{7}. To check | true",
        "<answer>7</answer> because | true",
        "#### 7 | true",
        "The answer is 7.⏎Let me see | true",
      })
  void aCutOffResponseEarnsByAnAnnouncedAnswerOnly(String response, boolean counts) {
    String text = response.replace("⏎", "\n");
    check(Rule.STRICT, Judged.problem("7"), text, counts);
    check(Rule.LENIENT, Judged.problem("7"), text, counts);
  }

  @Test
  void aResponseWithoutAnAnswerHasNoneThatDoesNotCount() {
    Verdict none = judge(Rule.STRICT, Judged.problem("7"), "We count", false);
    assertThat(none).isEqualTo(Verdict.noAnswer(none.reason()));
    assertThat(judge(Rule.STRICT, Judged.problem("7"), "So it is 8", false).unannounced()).isTrue();
    assertThat(judge(Rule.STRICT, Judged.problem("7"), "\\boxed{8} and", false).canonical())
        .isPresent();
  }

  @Test
  void otherVerifiersThatReadAnAnswerDoTheSame() {
    Gsm8k gsm8k = new Gsm8k(Gsm8k.Extraction.FLEXIBLE);
    check(gsm8k, Judged.problem("7"), "so 3 + 4 = 7", false);
    check(gsm8k, Judged.problem("7"), "so\n#### 7\n", true);
    Exact exact = new Exact(Exact.Part.FINAL_ANSWER, false);
    check(exact, Judged.problem("blue"), "blue", false);
    check(exact, Judged.problem("blue"), "<answer>blue</answer> so", true);
    check(new Exact(Exact.Part.WHOLE, false), Judged.problem("blue"), "blue", true);
    check(new Choice(), Judged.problem("B"), "We look at\nB", false);
    check(new Choice(), Judged.problem("B"), "The answer is (B). To see", true);
  }

  @Test
  void generatedTasksDoTheSame() {
    Problem digits = new DigitSequence(3, 5, 10, 4).asked();
    String terms = ((DigitSequence) digits.reference()).answer();
    check(Rule.STRICT, digits, terms, false);
    check(Rule.STRICT, digits, "<answer>" + terms + "</answer>", true);
    Problem countdown = new Problem("c", "", new Countdown(List.of(2, 3), 6));
    check(Rule.STRICT, countdown, "2*3", false);
    check(Rule.STRICT, countdown, "\\boxed{2*3}, since", true);
  }

  @Test
  void composedVerifiersPassItOn() {
    Sum sum = new Sum(List.of(new Sum.Part(1, false, Rule.STRICT)));
    check(sum, Judged.problem("7"), "so 7", false);
    check(sum, Judged.problem("7"), "\\boxed{7} so", true);
    check(
        new Guarded(List.of(new Boxes(0, 4)), 0, Rule.STRICT), Judged.problem("7"), "so 7", false);
  }

  @Test
  void aVerifierOfOnesOwnDecidesByItself() {
    Verifier own = _ -> new Verdict(0.5, false, Optional.empty(), "own");
    Submission cut = new Submission(Judged.problem("7"), "so 7", false);
    assertThat(new Announced(own).judge(cut)).isEqualTo(own.judge(cut));
  }
}
