package io.braid.task;

import static io.braid.task.Expressions.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.math.value.Rational;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  @Test
  void everyOperatorSymbolIsParsed() {
    assertThat(read("(3+5) × 7 ÷ 2 − 1").text()).isEqualTo("( 3 + 5 ) * 7 / 2 - 1");
    assertThat(read(" 3x4 ").text()).isEqualTo("3 * 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "()",
        "3 5",
        "3 +",
        "+ 3",
        "-3",
        "3 + -5",
        "(3",
        "3)",
        "3 ** 2",
        "3^2",
        "3.5",
        "1234567890",
        "3 = 3",
        "a",
        "3 + 5;",
        "3\u0000",
        "٣"
      })
  void otherTextsAreNotParsed(String text) {
    assertThat(Expression.parse(text)).isEmpty();
  }

  @Test
  void lengthNumbersAndDepthAreBounded() {
    assertThat(Expression.parse("(".repeat(16) + "1" + ")".repeat(16))).isPresent();
    assertThat(Expression.parse("(".repeat(17) + "1" + ")".repeat(17))).isEmpty();
    assertThat(Expression.parse("1" + "+1".repeat(31))).isPresent();
    assertThat(Expression.parse("1" + "+1".repeat(32))).isEmpty();
    assertThat(Expression.parse("1" + " ".repeat(256))).isEmpty();
    assertThat(Expression.parse("(".repeat(1_000_000))).isEmpty();
  }

  @Test
  void valuesAreExact() {
    assertThat(read("1/3 + 1/6").value()).contains(Rational.of(1).dividedBy(Rational.of(2)).get());
    assertThat(read("8/(3-8/3)").value()).contains(Rational.of(24));
    assertThat(read("999999999*999999999*999999999").value())
        .contains(new Rational(BigInteger.valueOf(999_999_999).pow(3), BigInteger.ONE));
    assertThat(read("2 / (3 - 3)").value()).isEmpty();
    assertThat(read("8 - 3 - 2").value()).contains(Rational.of(3));
    assertThat(read("8 / 4 / 2").value()).contains(Rational.ONE);
  }

  @ParameterizedTest
  @CsvSource({
    "2 - (3 - 7), 2 - 3 + 7",
    "8 / (4 / 2), 8 * 2 / 4",
    "(3 + 5) * 7, 7 * (5 + 3)",
    "10 - (3 - 5) * 2, 10 + 2 * (5 - 3)",
    "(3 - 5) * (4 - 9), (5 - 3) * (9 - 4)",
    "7 / 1, 1 * 7",
    "10 / (7 * 1), 10 / 7 / 1",
    "8 / (3 - 2), 8 * (3 - 2)",
    "8 / (2 - 3), (2 - 3) * 8",
    "9 - 2 * (5 - 5), 9 + 2 * (5 - 5)",
    "9 - (4 + 2 * (5 - 5)), (5 - 5) * 2 + (9 - 4)",
    "5 - 5, 5 - 5"
  })
  void orderGroupingAndSignsDoNotMatter(String one, String other) {
    assertThat(read(one).canonical()).isEqualTo(read(other).canonical());
  }

  @ParameterizedTest
  @CsvSource({
    "3 + 5 * 7, (3 + 5) * 7",
    "5 - 3, 3 - 5",
    "8 / 2, 2 / 8",
    "2 * 2, 2 + 2",
    "7 * 1 + 5, (7 + 5) * 1",
    "6 * 4 / 2, 6 * 2 / 4",
    "4 + 4 - 4, 4 * 4 / 4",
    "1 + 23, 12 + 3"
  })
  void differentComputationsAreDifferentSolutions(String one, String other) {
    assertThat(read(one).canonical()).isNotEqualTo(read(other).canonical());
  }

  @Test
  void orderSamenessDistinguishesGroupings() {
    assertThat(Sameness.ORDER.key(read("7 * (5 + 3)")))
        .isEqualTo(Sameness.ORDER.key(read("(3 + 5) * 7")));
    assertThat(Sameness.ORDER.key(read("2 - (3 - 7)")))
        .isNotEqualTo(Sameness.ORDER.key(read("2 - 3 + 7")));
  }

  @Provide
  Arbitrary<Expression> expressions() {
    return Expressions.any();
  }

  @Property(tries = 500, seed = "17")
  void printedExpressionsParseToThemselves(@ForAll("expressions") Expression expression) {
    Assume.that(expression.numbers().size() <= 32 && expression.text().length() <= 256);
    Assume.that(bracketDepth(expression.text()) <= 16);
    assertThat(Expression.parse(expression.text())).contains(expression);
  }

  @Property(tries = 500, seed = "17")
  void swappingTheOperandsOfSumsAndProductsKeepsKeysAndValue(
      @ForAll("expressions") Expression expression) {
    Expression mirrored = mirrored(expression);
    assertThat(mirrored.canonical()).isEqualTo(expression.canonical());
    assertThat(Sameness.ORDER.key(mirrored)).isEqualTo(Sameness.ORDER.key(expression));
    assertThat(mirrored.value()).isEqualTo(expression.value());
  }

  @Property(tries = 500, seed = "17")
  void equalCanonicalFormsHaveEqualValues(@ForAll("expressions") Expression expression) {
    String canonical = expression.canonical();
    Assume.that(!canonical.startsWith("-") && expression.value().isPresent());
    Expression.parse(canonical)
        .ifPresent(read -> {
          assertThat(read.value()).isEqualTo(expression.value());
          assertThat(read.canonical()).isEqualTo(canonical);
        });
  }

  @Property(tries = 500, seed = "17")
  void regroupingKeepsTheCanonicalForm(
      @ForAll("expressions") Expression a,
      @ForAll("expressions") Expression b,
      @ForAll("expressions") Expression c) {
    assertSame(minus(a, minus(b, c)), plus(minus(a, b), c));
    assertSame(minus(a, plus(b, c)), minus(minus(a, b), c));
    assertSame(plus(a, plus(b, c)), plus(plus(a, b), c));
    assertSame(over(a, times(b, c)), over(over(a, b), c));
    assertSame(times(a, times(b, c)), times(times(a, b), c));
    assertSame(plus(a, times(minus(b, c), a)), minus(a, times(minus(c, b), a)));
    if (over(a, over(b, c)).value().isPresent()) {
      assertSame(over(a, over(b, c)), over(times(a, c), b));
    }
  }

  private static void assertSame(Expression one, Expression other) {
    if (one.value().isPresent() && other.value().isPresent()) {
      assertThat(one.canonical()).isEqualTo(other.canonical());
    }
  }

  private static Expression plus(Expression a, Expression b) {
    return new Expression.Binary(Operator.ADD, a, b);
  }

  private static Expression minus(Expression a, Expression b) {
    return new Expression.Binary(Operator.SUBTRACT, a, b);
  }

  private static Expression times(Expression a, Expression b) {
    return new Expression.Binary(Operator.MULTIPLY, a, b);
  }

  private static Expression over(Expression a, Expression b) {
    return new Expression.Binary(Operator.DIVIDE, a, b);
  }

  private static Expression mirrored(Expression expression) {
    return switch (expression) {
      case Expression.Literal number -> number;
      case Expression.Binary(Operator operator, Expression left, Expression right) ->
          operator.isInverse()
              ? new Expression.Binary(operator, mirrored(left), mirrored(right))
              : new Expression.Binary(operator, mirrored(right), mirrored(left));
    };
  }

  private static int bracketDepth(String text) {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  }

  @Property(tries = 500, seed = "17")
  void theParserNeverThrows(@ForAll("nearlyExpressions") String text) {
    Expression.parse(text).ifPresent(Expression::canonical);
  }

  @Provide
  Arbitrary<String> nearlyExpressions() {
    return Arbitraries.strings().withChars("0123456789+-*/()×÷− x=.\0").ofMaxLength(300);
  }
}
