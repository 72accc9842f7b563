package io.braid.math.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Constant;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import io.braid.math.value.Rational;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExprParserTest {
  private static final Expr X = new Expr.Symbol("x");

  private static Expr parse(String text) throws UnreadableException {
    return ExprParser.parse(Lexer.tokens(text, true));
  }

  @Test
  void aFormulaKeepsItsStructure() throws UnreadableException {
    assertThat(parse("2x^2"))
        .isEqualTo(new Expr.Product(List.of(Num.of(2), new Expr.Power(X, Num.of(2)))));
    assertThat(parse("-x+1")).isEqualTo(new Expr.Sum(List.of(new Expr.Negative(X), Num.of(1))));
    assertThat(parse("\\sin^2 x"))
        .isEqualTo(new Expr.Power(new Expr.Call(Operation.SIN, List.of(X)), Num.of(2)));
    assertThat(parse("\\sin^{-1} x")).isEqualTo(new Expr.Call(Operation.ARCSIN, List.of(X)));
    assertThat(parse("f(0)")).isEqualTo(new Expr.Symbol("f(0)"));
    assertThat(parse("v_0")).isEqualTo(new Expr.Symbol("v_0"));
    assertThat(parse("e^{i\\pi}"))
        .isEqualTo(new Expr.Power(Constant.E, new Expr.Product(List.of(Constant.I, Constant.PI))));
    assertThat(parse("90^\\circ")).isEqualTo(new Expr.Degrees(Num.of(90)));
    assertThat(parse("3!")).isEqualTo(new Expr.Call(Operation.FACTORIAL, List.of(Num.of(3))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\frac12 | 1/2",
        "1\\frac{2}{3} | 5/3",
        "2 1/3 | 7/3",
        "0.1\\overline{6} | 1/6",
        "1 \\over 2 | 1/2",
        "{5 \\choose 2} | 10",
        "-2^2 | -4",
        "2^{-1} | 1/2",
        "6/2(3) | 9",
        "28% | 7/25",
        "\\lfloor 2.5 \\rfloor | 2",
        "3-5 | -2",
      })
  void aNumeralHasItsValue(String text, String value) throws UnreadableException {
    assertThat(Exact.value(parse(text)).map(Rational::toString)).contains(value);
  }

  @Test
  void aNumberInAnotherBaseKeepsItsDigits() throws UnreadableException {
    assertThat(parse("1011_2")).isEqualTo(new Expr.Based("1011", Rational.of(11)));
    assertThatThrownBy(() -> parse("19_8")).hasMessage("19 in base 8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2+", "(1", "\\frac{1}", "5 \\mod 3", "x'' '' 2 |", "\\sum_{i} i"})
  void whatIsNoFormulaIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(UnreadableException.class);
  }

  @Test
  void theDepthIsBounded() {
    assertThatThrownBy(() -> parse("(".repeat(200) + "1" + ")".repeat(200))).hasMessage("too deep");
  }
}
