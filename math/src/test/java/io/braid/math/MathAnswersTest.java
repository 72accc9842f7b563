package io.braid.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MathAnswersTest {
  /**
   * A row of a table.
   *
   * @param gold the reference
   * @param prediction the answer
   * @param lenientOnly whether strict does not accept it
   * @param oneWay whether they are not equal the other way round
   */
  record Row(String gold, String prediction, boolean lenientOnly, boolean oneWay) {}

  static List<Row> equal() throws IOException {
    return table("equal.txt");
  }

  static List<Row> different() throws IOException {
    return table("different.txt");
  }

  private static List<Row> table(String name) throws IOException {
    try (InputStream stream = MathAnswersTest.class.getResourceAsStream(name)) {
      assertThat(stream).isNotNull();
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\\|\\|", -1))
          .map(cells -> {
            String flags = cells.length > 2 ? cells[2] : "";
            return new Row(
                spoken(cells[0]),
                spoken(cells[1]),
                flags.contains("lenient"),
                flags.contains("one-way"));
          })
          .toList();
    }
  }

  /** Signs stand for characters that a table cannot hold. */
  private static String spoken(String cell) {
    return cell.strip().replace('⏎', '\n').replace('␌', '\f').replace('␉', '\t').replace('␈', '\b');
  }

  static List<Row> rightResponses() throws IOException {
    return table("responses_correct.txt");
  }

  static List<Row> wrongResponses() throws IOException {
    return table("responses_wrong.txt");
  }

  private static Optional<String> key(String gold, String prediction, Strictness strictness) {
    return MathAnswers.judge(gold, prediction, ComparisonSettings.of(strictness)).key();
  }

  private static boolean with(
      Extraction extraction, boolean ordered, OptionalInt digits, String gold, String prediction) {
    return MathAnswers.compare(
            gold,
            prediction,
            new ComparisonSettings(Strictness.LENIENT, extraction, ordered, digits))
        .equal();
  }

  private static boolean lenient(String gold, String prediction) {
    return MathAnswers.compare(gold, prediction, Strictness.LENIENT).equal();
  }

  private static boolean strict(String gold, String prediction) {
    return MathAnswers.compare(gold, prediction, Strictness.STRICT).equal();
  }

  @ParameterizedTest
  @MethodSource("equal")
  void equalAnswersAreEqual(Row row) {
    assertThat(lenient(row.gold, row.prediction)).isTrue();
    assertThat(lenient(row.prediction, row.gold)).isEqualTo(!row.oneWay);
    assertThat(strict(row.gold, row.prediction)).isEqualTo(!row.lenientOnly);
    assertThat(strict(row.gold, row.gold)).isTrue();
    if (!row.prediction.endsWith("\\")) {
      assertThat(lenient(row.gold, "so \\boxed{" + row.prediction + "}.")).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("different")
  void differentAnswersAreDifferent(Row row) {
    assertThat(lenient(row.gold, row.prediction)).isFalse();
    assertThat(strict(row.gold, row.prediction)).isFalse();
    assertThat(lenient(row.gold, "so \\boxed{" + row.prediction + "}.")).isFalse();
    if (!row.oneWay && !row.prediction.isEmpty() && !row.prediction.contains("boxed")) {
      assertThat(lenient(row.prediction, row.gold)).isFalse();
    }
  }

  static List<Row> work() throws IOException {
    return table("work.txt");
  }

  @ParameterizedTest
  @MethodSource("work")
  void workIsNoAnswer(Row row) {
    assertThat(lenient(row.gold, row.prediction)).isFalse();
    assertThat(strict(row.gold, row.prediction)).isFalse();
    assertThat(lenient(row.prediction, row.gold)).isTrue();
    assertThat(strict(row.prediction, "\\boxed{" + row.prediction + "}")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("rightResponses")
  void aResponseWithTheAnswerIsRight(Row row) {
    assertThat(lenient(row.gold, row.prediction)).isTrue();
    assertThat(strict(row.gold, row.prediction)).isEqualTo(!row.lenientOnly);
  }

  @ParameterizedTest
  @MethodSource("wrongResponses")
  void aResponseWithAnotherAnswerIsWrong(Row row) {
    assertThat(lenient(row.gold, row.prediction)).isFalse();
    assertThat(strict(row.gold, row.prediction)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\boxed{4} | true",
        "<think>5</think> so \\boxed{4} | true",
        "The answer is 4. | false",
        "<think>\\boxed{4}</think> | false",
        "<think>\\boxed{4} | false",
        "\\boxed{4 | false",
        "\\boxed{4}. The final answer is $5$. | true",
        "<answer>4</answer> | false"
      })
  void withExtractionBoxOnlyAClosedBoxCounts(String response, boolean right) {
    assertThat(with(Extraction.BOX, false, OptionalInt.empty(), "4", response)).isEqualTo(right);
  }

  @Test
  void orderedListsKeepTheirOrder() {
    OptionalInt all = OptionalInt.empty();
    assertThat(with(Extraction.ANYWHERE, true, all, "4, 10, -2", "4,10,-2")).isTrue();
    assertThat(with(Extraction.ANYWHERE, true, all, "4, 10, -2", "10, 4, -2")).isFalse();
    assertThat(with(Extraction.ANYWHERE, false, all, "4, 10, -2", "10, 4, -2")).isTrue();
  }

  @Test
  void decimalsCountWithSoManyDigits() {
    OptionalInt two = OptionalInt.of(2);
    assertThat(with(Extraction.ANYWHERE, false, two, "\\frac13", "0.33")).isTrue();
    assertThat(with(Extraction.ANYWHERE, false, two, "\\frac13", "0.32")).isFalse();
    assertThat(with(Extraction.ANYWHERE, false, OptionalInt.of(6), "\\frac13", "0.333")).isFalse();
    assertThat(with(Extraction.ANYWHERE, false, two, "2", "3")).isFalse();
  }

  static Stream<String> answers() throws IOException {
    return Stream.concat(equal().stream(), different().stream())
        .map(Row::gold)
        .filter(gold -> !gold.endsWith("\\"))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void howAnAnswerIsSetChangesNothing(String answer) {
    List<String> dresses =
        List.of("%s", " %s ", "\\,%s\\,", "$%s$", "\\(%s\\)", "$$%s$$", "\\displaystyle %s", "%s.");
    for (String dress : dresses) {
      String dressed = dress.replace("%s", answer);
      assertThat(strict(answer, "\\boxed{" + dressed + " }")).as(dressed).isTrue();
    }
    String sized = answer.replace("(", "\\left(").replace(")", "\\right)");
    if (!answer.contains("\\left")) {
      assertThat(strict(answer, "\\boxed{" + sized + " }")).as(sized).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "9 | Answer $$ 9 $$",
        "42 | first \\boxed{41}, then \\boxed{42}.",
        "42 | <think>it may be \\boxed{41}</think> So \\boxed{42}",
        "42 | \\boxed{41} was wrong. <answer>42</answer>",
        "42 | It is 6*7.\\n#### 42",
        "2/3 | Therefore, the probability is 2/3. <|im_start|>user 5",
        "x<3 | We find that $x \\lt 3$.",
        "(7,6) | So the pair that solves the system is $(7, 6)$.",
        "3 | Final Answer: Jane started 3 hours ago. I hope it is correct.",
        "1,2,3 | so $1$ and $2$ and $3$",
        "1,-2 | \\[ \\boxed{-2} \\quad \\text{and} \\quad \\boxed{1}. \\]",
        "13 | 所以一共有3 + 10 = 13只鸟。",
        "2/5 | 答案：每份应该是 (\\frac{2}{5}) 吨。",
        "105 | réponse est (35 + 70 = 105).",
        "B | It's not A because it is odd, therefore I think it's B",
        "D | The answer is for sure D, it can't be A or B",
        "C | (C) Cecile",
        "25% | La probabilité est donc de **25%**."
      })
  void theAnswerIsFound(String gold, String response) {
    assertThat(lenient(gold, response.replace("\\n#", "\n#"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42 | \\boxed{41} and \\boxed{42}",
        "42 | \\boxed{42}, \\boxed{43}",
        "42 | The answer is 41 or 42.",
        "42 | \\boxed{42} but in fact \\boxed{43}",
        "42 | \\boxed{42",
        "42 | It is 42 of 43.",
        "3 | \\boxed{1, 2, 3, 4}",
        "A | The answer is A or B.",
        "2 | x2",
        "42 | forty-two",
        "nothing | "
      })
  void hedgingDoesNotWin(String gold, String response) {
    assertThat(lenient(gold, response == null ? "" : response)).isFalse();
  }

  @Test
  void strictWantsTheNumberAndNotTheQuestion() {
    assertThat(strict("3628800", "\\boxed{10!}")).isFalse();
    assertThat(lenient("3628800", "\\boxed{10!}")).isTrue();
    assertThat(strict("\\frac{1}{2}", "\\boxed{\\sin 30^\\circ}")).isFalse();
    assertThat(strict("\\sqrt{2}", "\\boxed{\\log_2 8 \\cdot \\sqrt{2}/3}")).isFalse();
  }

  @Test
  void bothReadingsAndTheReasonArePrinted() {
    MathComparison comparison = MathAnswers.compare("(1,2)", "\\boxed{1,2,3}", Strictness.LENIENT);
    assertThat(comparison.goldReading()).isEqualTo("tuple or interval (1, 2)");
    assertThat(comparison.predictionReading()).isEqualTo("list {1; 2; 3} (the last box)");
    assertThat(comparison.reason()).isEqualTo("3 terms where there are 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\boxed{0.5} | \\boxed{\\frac12}",
        "\\boxed{2\\sqrt3} | \\boxed{\\sqrt{12}}",
        "\\boxed{1, 2} | \\boxed{2 \\text{ and } 1}",
        "\\boxed{x = 5} | \\boxed{5}",
        "\\boxed{(x+1)^2} | \\boxed{x^2+2x+1}",
        "\\boxed{\\text{Even}} | \\boxed{even}",
        "\\boxed{50\\%} | \\boxed{50}"
      })
  void equalAnswersHaveOneKey(String one, String other) {
    assertThat(key("7", one, Strictness.STRICT))
        .isPresent()
        .isEqualTo(key("7", other, Strictness.STRICT));
  }

  @Test
  void differentAnswersHaveDifferentKeys() {
    assertThat(
            Stream.of("1", "2", "1/2", "\\sqrt2", "x", "x+1", "(1,2)", "1,2", "[1,2]", "even")
                .map(answer -> key("7", "\\boxed{" + answer + "}", Strictness.STRICT))
                .distinct())
        .hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9^{9^{9^{9}}}",
        "10^{10^9}",
        "(10^{10^9})!",
        "9!!!!!!!!",
        "999999999!",
        "\\binom{999999999}{499999999}",
        "2^{-10^{18}}",
        "0.1^{10^9}",
        "\\sin(10^{300})",
        "e^{e^{e^{e^9}}}",
        "\\sqrt[1000000000]{2}",
        "\\frac{1}{\\frac{1}{\\frac{1}{0}}}",
        "1e999",
        "1e-999",
        "\\log_1 5",
        "0^0",
        "\\gcd(10^{4000}, 3)",
        "x^{x^{x^{x^{x}}}}",
        "\\pi+1/(2/(1/(2/(1/(2/(1/(2/(1/(2/(1/(2/(1/(2/(1/(2/(1/(2/(1/(2/(1/(2/(1/(2/3)))))))))))))))))))))))",
        "1_{99}"
      })
  void enormousNumbersAreHarmless(String answer) {
    MathAnswers.compare("\\sqrt{2}", "\\sqrt[2]{2}", Strictness.LENIENT);
    long start = System.nanoTime();
    assertThat(lenient("42", "\\boxed{" + answer + "}")).isFalse();
    assertThat(lenient(answer, "\\boxed{" + answer + "}")).isTrue();
    assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
  }

  @Property(tries = 3000, seed = "17")
  void nothingThrowsAndEverythingEqualsItself(@ForAll("hostile") String answer) {
    String boxed = "\\boxed{" + answer + "}";
    MathComparison comparison = MathAnswers.compare(answer, answer, Strictness.LENIENT);
    assertThat(comparison.reason()).isNotEmpty();
    MathAnswers.compare("\\frac{1}{2}", boxed, Strictness.STRICT);
    MathAnswers.compare(boxed, "x+1", Strictness.LENIENT);
    key("42", answer, Strictness.LENIENT);
  }

  @Property(tries = 2000, seed = "17")
  void equalityHasNoDirection(@ForAll("formulas") String a, @ForAll("formulas") String b) {
    MathComparison there = MathAnswers.compare(a, "\\boxed{" + b + "}", Strictness.LENIENT);
    MathComparison back = MathAnswers.compare(b, "\\boxed{" + a + "}", Strictness.LENIENT);
    boolean work = (there.reason() + back.reason()).contains("not worked out");
    assertThat(there.equal())
        .satisfiesAnyOf(
            equal -> assertThat(work).isTrue(), equal -> assertThat(equal).isEqualTo(back.equal()));
    assertThat(lenient(a, "\\boxed{" + a + "}")).isTrue();
  }

  @Provide
  Arbitrary<String> formulas() {
    return Arbitraries.of("1", "2", "x", "\\pi", "\\sqrt{2}", "0.5", "y", "(1,2)", "10\\%", "i")
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .flatMap(parts ->
            Arbitraries.of("+", "-", "\\cdot ", ", ", " = ", " < ")
                .map(sign -> String.join(sign, parts)));
  }

  @Provide
  Arbitrary<String> hostile() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "\\frac",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "\\{",
            "\\}",
            "^",
            "_",
            "9",
            "10",
            "1e9",
            "!",
            "\\sqrt",
            "\\sin",
            "\\ln",
            "\\pi",
            "x",
            "+",
            "-",
            "/",
            "=",
            "<",
            "\\in",
            "\\cup",
            ",",
            ";",
            "\\text{and}",
            " or ",
            "\\pm",
            "|",
            "\\%",
            "$",
            "\\boxed{",
            "\\begin{pmatrix}",
            "\\end{pmatrix}",
            "&",
            "\\\\",
            ":",
            "####",
            "<answer>",
            "\u0000",
            "\ud800",
            "\\left",
            "\\over",
            "\\mathrm{",
            "9^9^9",
            "the answer is ");
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(60),
        pieces.list().ofMaxSize(30).map(list -> String.join("", list)));
  }
}
