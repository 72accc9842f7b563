package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.task.DigitSequence;
import io.braid.verify.guard.Boxes;
import io.braid.verify.guard.Unfinished;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests sums of verifiers and guarded verifiers. */
class CompositionTest {
  private static final Exact EXACT = new Exact(Exact.Part.FINAL_ANSWER, false);
  private static final Format BOXED = new Format(Format.Form.BOXED, false);
  private static final Sum SUM =
      new Sum(List.of(new Sum.Part(0.25, false, BOXED), new Sum.Part(2, true, EXACT)));
  private static final Guarded GUARDED =
      new Guarded(List.of(new Unfinished(), new Boxes(0, 1)), -0.5, EXACT);

  @Test
  void addsWeightedRewards() {
    assertThat(Judged.by(SUM, "4", "\\boxed{4}").reward()).isEqualTo(2.25);
    assertThat(Judged.by(SUM, "4", "\\boxed{5}").reward()).isEqualTo(0.25);
    assertThat(Judged.by(SUM, "4", "4").reward()).isEqualTo(2);
    assertThat(Judged.by(SUM, "4", "5").reward()).isZero();
  }

  @Test
  void theMarkedPartDecidesCorrectnessElseTheFirst() {
    Verdict named = Judged.by(SUM, "4", "\\boxed{5}");
    assertThat(named.correct()).isFalse();
    assertThat(named.canonical()).isEqualTo(Optional.of("5"));

    Sum plain = new Sum(List.of(new Sum.Part(1, false, BOXED), new Sum.Part(1, false, EXACT)));
    assertThat(Judged.by(plain, "4", "\\boxed{5}").correct()).isTrue();
  }

  @Test
  void keepsTheOrderOfSubmissions() {
    try (Verifier verifier = SUM.create()) {
      List<Verdict> verdicts =
          verifier.judgeAll(
              List.of("4", "\\boxed{5}", "\\boxed{4}", "?").stream()
                  .map(response -> Submission.of(Judged.problem("4"), response))
                  .toList());

      assertThat(verdicts).extracting(Verdict::reward).containsExactly(2.0, 0.25, 2.25, 0.0);
    }
  }

  @Test
  void refusesTwoPartsThatDecideCorrectness() {
    Sum.Part part = new Sum.Part(1, true, EXACT);

    assertThatThrownBy(() -> new Sum(List.of(part, part)))
        .isInstanceOf(UserError.class)
        .hasMessage("parts: at most one part may have correct: true");
    assertThatThrownBy(() -> new Sum(List.of())).isInstanceOf(UserError.class);
  }

  @Test
  void aResponseThatTripsAGuardGetsItsRewardAndIsNotCorrect() {
    List<Submission> submissions =
        List.of(
            Submission.of(Judged.problem("4"), "4"),
            new Submission(Judged.problem("4"), "4", false),
            Submission.of(Judged.problem("4"), "5"),
            Submission.of(Judged.problem("4"), "\\boxed{4}\\boxed{4}"));
    try (Verifier verifier = GUARDED.create()) {
      assertThat(verifier.judgeAll(submissions))
          .containsExactly(
              Verdict.right("4"),
              new Verdict(-0.5, false, Optional.empty(), "did not end"),
              Verdict.wrong("5", "another text"),
              new Verdict(-0.5, false, Optional.empty(), "2 boxes"));
    }
  }

  /** Exact throws on a problem without a text, so the test fails if it is called. */
  @Test
  void doesNotCallTheVerifierIfAGuardTrips() {
    Submission digits = new Submission(new DigitSequence(3, 5, 10, 4).asked(), "1", false);

    assertThat(Judged.by(GUARDED, digits).reason()).isEqualTo("did not end");
  }
}
