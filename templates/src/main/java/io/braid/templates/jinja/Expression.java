package io.braid.templates.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A parsed expression of a template, with its line. */
sealed interface Expression {
  int line();

  /** A literal. */
  record Constant(Value value, int line) implements Expression {}

  /** A variable. */
  record Name(String name, int line) implements Expression {}

  /** {@code [a, b]}, or {@code (a, b)} if a tuple. */
  record Listing(List<Expression> items, boolean tuple, int line) implements Expression {}

  /** <code>{a: b}</code>. */
  record Mapping(List<Entry> entries, int line) implements Expression {}

  /** One entry of a mapping. */
  record Entry(Expression key, Expression value) {}

  /** {@code a.name}. */
  record Attribute(Expression target, String name, int line) implements Expression {}

  /** {@code a[b]}. */
  record Item(Expression target, Expression key, int line) implements Expression {}

  /** {@code a[b:c:d]}. */
  record Sliced(
      Expression target,
      Optional<Expression> start,
      Optional<Expression> stop,
      Optional<Expression> step,
      int line)
      implements Expression {}

  /** The arguments of a call, including {@code *more} and {@code **moreNamed}. */
  record Given(
      List<Expression> byPlace,
      Map<String, Expression> byName,
      Optional<Expression> more,
      Optional<Expression> moreNamed) {
    static final Given NOTHING = of(List.of());

    static Given of(List<Expression> byPlace) {
      return new Given(byPlace, Map.of(), Optional.empty(), Optional.empty());
    }
  }

  /** {@code a(b, c=d)}. */
  record Call(Expression target, Given given, int line) implements Expression {}

  /** {@code a | filter(b)}. */
  record Filtered(Expression input, String filter, Given given, int line) implements Expression {}

  /** {@code a is test(b)}. */
  record Tested(Expression input, String test, Given given, int line) implements Expression {}

  /** {@code not a}. */
  record Not(Expression operand, int line) implements Expression {}

  /** {@code -a} or {@code +a}. */
  record Signed(boolean negative, Expression operand, int line) implements Expression {}

  /** Arithmetic on two operands. */
  record Binary(String operator, Expression left, Expression right, int line)
      implements Expression {}

  /** {@code a < b <= c}: each comparison of neighbours must be true. */
  record Compared(Expression first, List<Comparison> others, int line) implements Expression {}

  /** One step of a comparison. */
  record Comparison(String operator, Expression operand) {}

  /** {@code a ~ b}: the concatenated strings of all operands. */
  record Joined(List<Expression> operands, int line) implements Expression {}

  /** {@code a and b} if {@code both} is true, otherwise {@code a or b}. */
  record Logical(boolean both, Expression left, Expression right, int line) implements Expression {}

  /** {@code a if test else b}. */
  record Choice(Expression test, Expression then, Optional<Expression> otherwise, int line)
      implements Expression {}
}
