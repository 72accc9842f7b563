package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.Extraction;
import io.braid.math.Strictness;
import io.braid.task.Countdown;
import io.braid.task.CountdownSolver;
import io.braid.task.Counting;
import io.braid.task.DigitSequence;
import io.braid.task.Expression;
import io.braid.task.Intermediates;
import io.braid.task.Phrasing;
import io.braid.task.Problem;
import io.braid.task.ProblemSource;
import io.braid.task.Reference;
import io.braid.task.Sameness;
import io.braid.task.Split;
import io.braid.task.Tasks;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleVerifierTest {
  private static final Verifier VERIFIER = new RuleVerifier();
  private static final Problem COUNTDOWN =
      new Countdown(List.of(3, 5, 7), 56).asked(Phrasing.COMPACT);
  private static final Problem DIGITS = new DigitSequence(3, 5, 10, 4).asked();

  private static Problem text(String answer) {
    return new Problem("t", "?", new Reference.Text(answer));
  }

  private static boolean right(Problem problem, String response) {
    Verdict verdict = VERIFIER.judge(problem, response);
    assertThat(verdict.reward()).isEqualTo(verdict.correct() ? 1 : 0);
    return verdict.correct();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "( 3 + 5 ) * 7",
        "7×(5+3)",
        " (3+5)*7 = 56 ",
        "<answer>1+1</answer> no: <answer> (3 + 5) * 7 </answer> done",
        "so \\boxed{(3+5) \\times 7}",
        "$\\boxed{7 \\cdot \\left(3+5\\right) = 56}$",
        "7 * 3 + 5 * 7 <answer>7*(3+5)</answer>"
      })
  void acceptsACorrectExpressionInAnyNotation(String response) {
    assertThat(right(COUNTDOWN, response)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "( 3 + 5 ) * 7 = 57 | not the target",
        "( 3 + 5 ) * 7 = 56 = 56 | not the target",
        "3 + 5 * 7 | the value is 38",
        "3 / 5 * 7 | the value is 21/5",
        "7 * 8 | numbers exactly once",
        "7 * (3 + 5) + 3 - 3 | numbers exactly once",
        "35 + 7 * 3 | numbers exactly once",
        "3 / (5 - 5) | numbers exactly once",
        "56 | numbers exactly once",
        "I think (3 + 5) * 7 | no expression",
        "'' | no expression",
        "<answer></answer>(3+5)*7 | no expression",
        "-(3+5)*-7 | no expression"
      })
  void rejectsAWrongExpressionWithAReason(String response, String reason) {
    Verdict verdict = VERIFIER.judge(COUNTDOWN, response);
    assertThat(verdict.correct()).isFalse();
    assertThat(verdict.reason()).contains(reason);
  }

  @Test
  void rejectsADivisionByZero() {
    Problem problem = new Countdown(List.of(4, 5, 5), 4).asked(Phrasing.COMPACT);
    assertThat(VERIFIER.judge(problem, "4/(5-5)").reason()).isEqualTo("division by 0");
  }

  @Test
  void acceptsFractionsAndNegativeValuesThatAreNotEnumerated() {
    Problem problem = new Countdown(List.of(3, 3, 8, 8), 24).asked(Phrasing.COMPACT);
    assertThat(right(problem, "8 / (3 - 8 / 3)")).isTrue();
    assertThat(new CountdownSolver().solutions((Countdown) problem.reference())).isEmpty();
  }

  @Test
  void theKeyOfACorrectResponseIsAmongTheSolutionKeys() {
    CountdownSolver solver = new CountdownSolver();
    for (Sameness sameness : Sameness.values()) {
      Countdown countdown =
          new Countdown(List.of(2, 3, 4, 6), 24, new Counting(Intermediates.POSITIVE, sameness));
      for (Expression solution : solver.solutions(countdown)) {
        Verdict verdict = VERIFIER.judge(countdown.asked(Phrasing.COMPACT), solution.text());
        assertThat(verdict.correct()).isTrue();
        assertThat(solver.keys(countdown)).contains(verdict.canonical().orElseThrow());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"countdown", "countdown:phrasing=words", "digits", "countdown:sameness=order"})
  void acceptsEveryDemonstration(String spec) {
    ProblemSource source = Tasks.named(spec).source();
    for (Problem problem : source.upTo(Split.VALIDATION, 200)) {
      assertThat(right(problem, source.randomSolution(problem, 3))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8,3,1,4",
        "8 3 1 4",
        " 8, 3,1 ,4\n",
        "<answer>8,3,1,4</answer>",
        "\\boxed{8,3,1,4}"
      })
  void acceptsTermsWithCommasOrSpaces(String response) {
    assertThat(right(DIGITS, response)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8,3,1", "8,3,1,4,5", "8314", "8,3,1,5", "8;3;1;4", "next: 8,3,1,4"})
  void rejectsOtherTerms(String response) {
    assertThat(right(DIGITS, response)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42 | \\boxed{42}",
        "42 | first \\boxed{41}, then \\boxed{42}.",
        "42 | <answer>42</answer>",
        "42 | The answer is 42.",
        "42 | The answer is **42**",
        "142.0 | It is 142",
        "1000 | she earns $1,000.",
        "1,000.50 | \\boxed{\\$1000.5}",
        "1/2 | \\boxed{\\frac{1}{2}}",
        "\\frac{1}{2} | \\boxed{0.5}",
        "-\\frac{3}{4} | \\boxed{-\\dfrac34}",
        "-\\frac{3}{4} | \\boxed{\\tfrac{-3}{4}}",
        "-7 | the result is -7",
        "025 | \\boxed{25}",
        "\\left( 3, \\frac{\\pi}{2} \\right) | \\boxed{(3,\\frac{\\pi}{2})}",
        "\\{1,2\\} | \\boxed{\\{1, 2\\}}",
        "p - q | \\boxed{p-q}",
        "10 | \\boxed{10\\%}"
      })
  void acceptsEqualAnswers(String answer, String response) {
    assertThat(right(text(answer), response)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42 | \\boxed{43}",
        "42 | \\boxed{42} or \\boxed{43}",
        "42 | \\boxed{42",
        "2 | I had 2 apples; the answer is \\frac{1}{2}",
        "3 | 10-3",
        "2 | x2",
        "12 | \\boxed{1 2}",
        "1/3 | \\boxed{0.3333333333}",
        "1000 | \\boxed{1,00}",
        "42 | forty-two",
        "5 | \\boxed{2+3}",
        "1 | \\boxed{\\frac{1}{0}}",
        "0 | \\boxed{}"
      })
  void rejectsOtherAnswers(String answer, String response) {
    assertThat(right(text(answer), response)).isFalse();
  }

  @Test
  void theAnswerAfterHashesEndsWithItsLine() {
    assertThat(right(text("42"), "It is 6*7.\n#### 42\nThat took 2 steps.")).isTrue();
  }

  @Test
  void extractionBoxIgnoresAnswersOutsideTheBox() {
    Rule box = new Rule(Strictness.STRICT, Extraction.BOX, CodeSettings.STANDARD);
    try (Verifier verifier = box.create()) {
      assertThat(verifier.judge(text("4"), "So \\boxed{4}").correct()).isTrue();
      assertThat(verifier.judge(text("4"), "The answer is 4.").correct()).isFalse();
      assertThat(verifier.judge(text("4"), "<think>\\boxed{4}").correct()).isFalse();
    }
  }

  @Test
  void anAnswersKeyIsItsExactValue() {
    assertThat(VERIFIER.judge(text("7"), "\\boxed{0.50}").canonical()).contains("1/2");
    assertThat(VERIFIER.judge(text("7"), "\\boxed{\\frac{2}{4}}").canonical()).contains("1/2");
    assertThat(VERIFIER.judge(text("7"), "nothing").canonical()).isEmpty();
  }

  @Test
  void readsOnlyTheEndOfALongResponse() {
    assertThat(right(text("42"), "not \\boxed{41}. ".repeat(100_000) + "\\boxed{42}")).isTrue();
    assertThat(right(text("42"), "\\boxed{42}" + " ".repeat(100_000))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "\\boxed{",
        "<answer>",
        "9",
        "1,",
        "9,999",
        "-",
        "\\",
        " ",
        "\t,",
        "1/",
        "1+",
        "####",
        "\\frac{",
        "\u0000",
        "\ud800",
        "=",
        "{}",
        ".",
        "$",
        "((1)+"
      })
  void judgesLongHostileResponsesQuickly(String piece) {
    String hostile = piece.repeat(1_000_000 / piece.length());
    for (Problem problem : List.of(COUNTDOWN, DIGITS, text("42"))) {
      for (String response :
          List.of(
              hostile,
              "\\boxed{" + hostile + "}",
              hostile.substring(0, 400),
              "\\boxed{" + hostile.substring(0, 900) + "}")) {
        long start = System.nanoTime();
        assertThat(right(problem, response)).isFalse();
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
      }
    }
  }

  @Property(tries = 2000, seed = "17")
  void noResponseMakesAVerifierThrow(@ForAll("responses") String response) {
    for (Problem problem : List.of(COUNTDOWN, DIGITS, text("42"), text("\\frac{1}{2}"))) {
      VERIFIER.judge(problem, response);
    }
  }

  @Provide
  Arbitrary<String> responses() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "<answer>",
            "</answer>",
            "\\boxed{",
            "{",
            "}",
            "\\frac",
            "####",
            "3",
            "5",
            "7",
            "0",
            "56",
            "+",
            "-",
            "*",
            "/",
            "(",
            ")",
            "=",
            ",",
            ".",
            " ",
            "\n",
            "\\",
            "$",
            "%",
            "x",
            "\\{");
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(200),
        pieces.list().ofMaxSize(40).map(list -> String.join("", list)));
  }
}
