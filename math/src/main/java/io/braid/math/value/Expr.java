package io.braid.math.value;

import java.util.List;

/** An expression as it was written; nothing is simplified. */
public sealed interface Expr {
  /** The {@code decimals} of a number that is written without a decimal point. */
  int EXACT = Integer.MIN_VALUE;

  /**
   * A number.
   *
   * @param value its exact value
   * @param decimals the digits after the point of a decimal, or {@link #EXACT}
   * @param significant the significant digits of a decimal, else 0
   */
  record Num(Rational value, int decimals, int significant) implements Expr {
    /** Creates a whole number. */
    public static Num of(long value) {
      return new Num(Rational.of(value), EXACT, 0);
    }

    /** Creates an exact number, which is not written as a decimal. */
    public static Num exact(Rational value) {
      return new Num(value, EXACT, 0);
    }
  }

  /** A whole number with its base, {@code 1011_2}. */
  record Based(String digits, Rational value) implements Expr {}

  /** A variable or an unknown constant, with its index: {@code x}, {@code v_0}. */
  record Symbol(String name) implements Expr {}

  /** Known constants. */
  enum Constant implements Expr {
    PI,
    E,
    I,
    INFINITY
  }

  /** A sum. */
  record Sum(List<Expr> terms) implements Expr {}

  /** A product. */
  record Product(List<Expr> factors) implements Expr {}

  /** A quotient. */
  record Quotient(Expr above, Expr below) implements Expr {}

  /** A negated expression. */
  record Negative(Expr of) implements Expr {}

  /** A power. */
  record Power(Expr base, Expr exponent) implements Expr {}

  /** A known function applied to its arguments. */
  record Call(Operation operation, List<Expr> arguments) implements Expr {}

  /** A percentage. */
  record Percent(Expr of) implements Expr {}

  /** An angle in degrees. */
  record Degrees(Expr of) implements Expr {}

  /** A matrix; a vector has one column or one row. */
  record Matrix(List<List<Expr>> rows) implements Expr {
    /** Returns the number of columns. */
    public int columns() {
      return rows.getFirst().size();
    }
  }

  /** Known functions. */
  enum Operation {
    SQRT,
    ROOT,
    LN,
    LOG,
    EXP,
    SIN,
    COS,
    TAN,
    COT,
    SEC,
    CSC,
    ARCSIN,
    ARCCOS,
    ARCTAN,
    SINH,
    COSH,
    TANH,
    ABS,
    FLOOR,
    CEIL,
    FACTORIAL,
    BINOMIAL,
    GCD,
    LCM,
    MAX,
    MIN
  }

  /** Returns the direct subexpressions, in the order in which they are written. */
  default List<Expr> parts() {
    return switch (this) {
      case Num _, Based _, Symbol _, Constant _ -> List.of();
      case Sum(List<Expr> terms) -> terms;
      case Product(List<Expr> factors) -> factors;
      case Quotient(Expr above, Expr below) -> List.of(above, below);
      case Negative(Expr of) -> List.of(of);
      case Power(Expr base, Expr exponent) -> List.of(base, exponent);
      case Call(Operation _, List<Expr> arguments) -> arguments;
      case Percent(Expr of) -> List.of(of);
      case Degrees(Expr of) -> List.of(of);
      case Matrix(List<List<Expr>> rows) -> rows.stream().flatMap(List::stream).toList();
    };
  }
}
