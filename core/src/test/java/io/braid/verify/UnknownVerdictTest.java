package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.task.Problem;
import io.braid.task.Reference;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A response that could not be judged is unknown, not wrong. */
class UnknownVerdictTest {
  private static Problem problem(String gold) {
    return new Problem("p", "?", new Reference.Text(gold));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          \\frac{1}{     | 3           | true
          ???            | 3           | true
          \\foo{3        | 4           | true
          5              | \\frac{1}{  | true
          5              | 6           | false
          5              | five apples | false
          Paris          | London      | false
          \\frac{1}{2}    | \\frac{1}{3}| false
          x+1            | x+2         | false
          """)
  void anUnreadableReferenceOrAnswerIsUnknown(String gold, String answer, boolean unknown) {
    try (Verifier rule = new RuleVerifier()) {
      Verdict verdict = rule.judge(problem(gold), "<answer>" + answer + "</answer>");
      assertThat(verdict.unknown()).as(verdict.reason()).isEqualTo(unknown);
      assertThat(verdict.correct()).isFalse();
      assertThat(verdict.reward()).isZero();
    }
  }

  @Test
  void aResponseThatRepeatsAnUnreadableReferenceIsCorrect() {
    try (Verifier rule = new RuleVerifier()) {
      assertThat(rule.judge(problem("\\foo{3}"), "\\boxed{\\foo{3}}").unknown()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          \\frac{1}{                 | true
          ???                        | true
          5                          | false
          Paris                      | false
          \\text{Monday}             | false
          (3, \\infty)               | false
          x^2 - 4                    | false
          \\begin{pmatrix}1\\\\2\\end{pmatrix} | false
          """)
  void unreadableReferencesAreFoundInAdvance(String gold, boolean unreadable) {
    try (Verifier rule = new RuleVerifier()) {
      assertThat(rule.unreadable(problem(gold)).isPresent()).isEqualTo(unreadable);
    }
  }

  @Test
  void oneReadableFormOfAReferenceIsEnough() {
    Problem problem =
        new Problem("p", "?", new Reference.Text("\\frac{1}{", List.of("\\frac{1}{2}")));
    try (Verifier rule = new RuleVerifier()) {
      assertThat(rule.unreadable(problem)).isEmpty();
      assertThat(rule.judge(problem, "\\boxed{1/2}").correct()).isTrue();
    }
  }

  @Test
  void aReferenceWithoutANumberIsUnknown() {
    try (Verifier gsm8k = new Gsm8k(Gsm8k.Extraction.FLEXIBLE).create()) {
      assertThat(gsm8k.judge(problem("none"), "#### 3").unknown()).isTrue();
      assertThat(gsm8k.unreadable(problem("none"))).isPresent();
      assertThat(gsm8k.unreadable(problem("so 1,200"))).isEmpty();
      assertThat(gsm8k.judge(problem("4"), "#### 3").unknown()).isFalse();
    }
  }

  @Test
  void sumsAndGuardsPreserveUnknown() {
    Sum sum =
        new Sum(
            List.of(
                new Sum.Part(1, true, Rule.STRICT),
                new Sum.Part(0.5, false, new Format(Format.Form.BOXED, false))));
    try (Verifier verifier = sum.create()) {
      Verdict verdict = verifier.judge(problem("\\frac{1}{"), "\\boxed{3}");
      assertThat(verdict.unknown()).isTrue();
      assertThat(verdict.reward()).isEqualTo(0.5);
      assertThat(verifier.unreadable(problem("\\frac{1}{"))).isPresent();
    }
    Guarded guarded = new Guarded(List.of(new io.braid.verify.guard.Unfinished()), -1, sum);
    try (Verifier verifier = guarded.create()) {
      assertThat(verifier.judge(problem("\\frac{1}{"), "\\boxed{3}").unknown()).isTrue();
      assertThat(
              verifier.judge(new Submission(problem("\\frac{1}{"), "\\boxed{3}", false)).unknown())
          .isFalse();
      assertThat(verifier.unreadable(problem("\\frac{1}{"))).isPresent();
    }
  }

  @Test
  void aSumWeighsPartRewards() {
    VerifierSettings steps =
        new Custom(Steps.class.getName(), Optional.empty(), java.util.Map.of());
    Sum sum =
        new Sum(
            List.of(
                new Sum.Part(2, false, steps),
                new Sum.Part(1, true, new Format(Format.Form.BOXED, false))));
    try (Verifier verifier = sum.create()) {
      Verdict verdict = verifier.judge(problem("1"), "\\boxed{1}");
      assertThat(verdict.reward()).isEqualTo(2.5);
      assertThat(verdict.parts().orElseThrow().numbers()).containsExactly(0.5, 1.0);
    }
  }

  /** Rewards two steps. */
  public static final class Steps implements Verifier {
    @Override
    public Verdict judge(Submission submission) {
      return Verdict.ofParts(
          new PartRewards.Steps(
              List.of(new PartRewards.Step(1, 0.25), new PartRewards.Step(2, 0.5))),
          false,
          "steps");
    }
  }
}
