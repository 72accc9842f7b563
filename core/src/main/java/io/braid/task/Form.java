package io.braid.task;

import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The flat form of an expression, which ignores order, grouping and signs; {@link
 * Expression#canonical()} is based on it.
 *
 * <p>The form of an operation is built from the forms of its operands, so an enumeration can build
 * each form from smaller forms. The lists contain canonical strings in no particular order: that of
 * the number itself, those of the terms of a sum, or those of the factors of a product.
 *
 * @param kind what the lists contain
 * @param negative whether a sign was moved to the front; only for products
 * @param straight the number, the terms added, or the factors multiplied
 * @param inverse the terms subtracted or the factors divided by
 * @param neutral terms of value 0, or factors of value 1 or −1, for which both operations are equal
 * @param value the exact value, empty after a division by 0
 */
record Form(
    Kind kind,
    boolean negative,
    List<String> straight,
    List<String> inverse,
    List<String> neutral,
    Optional<Rational> value) {

  enum Kind {
    NUMBER,
    SUM,
    PRODUCT
  }

  /** Sorts short strings before long ones, so that numbers are sorted by size. */
  static final Comparator<String> ORDER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  static Form of(Expression expression) {
    return switch (expression) {
      case Expression.Literal(int number) -> number(number);
      case Expression.Binary(Operator operator, Expression left, Expression right) -> {
        Form a = of(left);
        Form b = of(right);
        yield combine(
            operator, a, b, a.value.flatMap(x -> b.value.flatMap(y -> operator.apply(x, y))));
      }
    };
  }

  static Form number(int value) {
    return new Form(
        Kind.NUMBER,
        false,
        List.of(Integer.toString(value)),
        List.of(),
        List.of(),
        Optional.of(Rational.of(value)));
  }

  /** Returns the form of {@code left operator right}; the caller has already computed its value. */
  static Form combine(Operator operator, Form left, Form right, Optional<Rational> value) {
    boolean product = operator.isMultiplicative();
    Form whole =
        new Form(
            product ? Kind.PRODUCT : Kind.SUM,
            product && left.signAsFactor() != right.signAsFactor(),
            new ArrayList<>(4),
            new ArrayList<>(4),
            new ArrayList<>(2),
            value);
    whole.take(left, false);
    whole.take(right, operator.isInverse());
    return whole;
  }

  /** Adds an operand: its parts if it has the same kind, otherwise the operand itself. */
  private void take(Form operand, boolean inverted) {
    if (operand.kind == kind) {
      (inverted ? inverse : straight).addAll(operand.straight);
      (inverted ? straight : inverse).addAll(operand.inverse);
      neutral.addAll(operand.neutral);
    } else if (kind == Kind.SUM) {
      boolean subtracted = operand.negative != inverted;
      (operand.isZero() ? neutral : subtracted ? inverse : straight).add(operand.unsigned());
    } else {
      (operand.isUnit() ? neutral : inverted ? inverse : straight).add(operand.asFactor());
    }
  }

  private String asFactor() {
    return switch (kind) {
      case NUMBER, PRODUCT -> unsigned();
      case SUM -> "(" + (signAsFactor() ? sum(inverse, straight) : sum(straight, inverse)) + ")";
    };
  }

  /**
   * Returns whether this form contributes a sign when it is a factor; sums are negated so that they
   * begin with a positive term.
   */
  private boolean signAsFactor() {
    if (kind != Kind.SUM) {
      return negative;
    }
    int sign = value.map(Rational::signum).orElse(0);
    return sign == 0 ? ORDER.compare(sum(inverse, straight), sum(straight, inverse)) < 0 : sign < 0;
  }

  private boolean isZero() {
    return value.isPresent() && value.get().signum() == 0;
  }

  private boolean isUnit() {
    return value.isPresent()
        && (value.get().equals(Rational.ONE) || value.get().negate().equals(Rational.ONE));
  }

  String text() {
    return kind == Kind.SUM
        ? sum(straight, inverse)
        : (negative && !isZero() ? "-" : "") + unsigned();
  }

  private String unsigned() {
    return joined("*", straight, '/', inverse);
  }

  private String sum(List<String> plus, List<String> minus) {
    return joined("+", plus, '-', minus);
  }

  private String joined(String between, List<String> parts, char before, List<String> inverted) {
    StringBuilder text =
        new StringBuilder(
            String.join(
                between, Stream.concat(parts.stream(), neutral.stream()).sorted(ORDER).toList()));
    inverted.stream().sorted(ORDER).forEach(part -> text.append(before).append(part));
    return text.toString();
  }
}
