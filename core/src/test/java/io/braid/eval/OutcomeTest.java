package io.braid.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.task.CodeTests;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Verdict;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final String RIGHT = "4";

  @Test
  void theMajorityAnswerDecides() {
    Outcome outcome = answers("5", "4", "4", "6", "5", "4");

    assertThat(outcome.majorityCorrect(6)).isTrue();
    assertThat(outcome.majorityCorrect(1)).isFalse();
    assertThat(outcome.majorityCorrect(3)).isTrue();
  }

  @Test
  void theFirstAnswerWinsATie() {
    assertThat(answers("4", "5", "5", "4").majorityCorrect(4)).isTrue();
    assertThat(answers("5", "4", "4", "5").majorityCorrect(4)).isFalse();
  }

  @Test
  void samplesWithoutAnAnswerDoNotVote() {
    assertThat(answers("", "", "", "4", "5").majorityCorrect(5)).isTrue();
    assertThat(answers("", "", "", "4", "5").majorityCorrect(3)).isFalse();
  }

  @Test
  void aCorrectMinorityLoses() {
    Outcome outcome = answers("4", "5", "5");

    assertThat(outcome.metrics().byName()).containsEntry("maj@3", 0.0).containsEntry("pass@3", 1.0);
  }

  @Test
  void programsDoNotVote() {
    Problem problem =
        new Problem("p", "?", new CodeTests.Assertions("", List.of("assert f() == 1")));
    Outcome outcome =
        new Outcome(
            problem,
            List.of(new Reply("def f(): return 1", 7, true)),
            List.of(new Verdict(1, true, Optional.of("key"), "")),
            Optional.empty());

    assertThat(outcome.metrics().byName().keySet())
        .containsExactly("avg@1", "pass@1", "distinct@1", "response_length", "truncated_frac");
  }

  @Test
  void withoutTextsKeepsEverythingElse() {
    Outcome outcome = answers("4", "5", "");

    Outcome light = outcome.withoutTexts();

    assertThat(light.replies()).extracting(Reply::text).containsOnly("");
    assertThat(light.metrics()).isEqualTo(outcome.metrics());
  }

  @Test
  void requiresAVerdictPerReply() {
    assertThatThrownBy(() ->
            new Outcome(problem(), List.of(new Reply("", 1, true)), List.of(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 replies and 0 verdicts");
  }

  private static Outcome answers(String... answers) {
    return new Outcome(
        problem(),
        Collections.nCopies(answers.length, new Reply("said", 3, true)),
        Arrays.stream(answers).map(OutcomeTest::verdict).toList(),
        Optional.empty());
  }

  private static Problem problem() {
    return new Problem("p", "2 + 2?", new Reference.Text(RIGHT));
  }

  private static Verdict verdict(String answer) {
    boolean right = answer.equals(RIGHT);
    return new Verdict(
        right ? 1 : 0, right, Optional.of(answer).filter(text -> !text.isEmpty()), "");
  }
}
