package io.braid.task;

import io.braid.math.value.Rational;
import java.util.Optional;

/** The four operations of arithmetic. */
public enum Operator {
  /** Sum. */
  ADD('+', false),
  /** Difference. */
  SUBTRACT('-', false),
  /** Product. */
  MULTIPLY('*', true),
  /** Quotient. */
  DIVIDE('/', true);

  private final char symbol;
  private final boolean multiplicative;

  Operator(char symbol, boolean multiplicative) {
    this.symbol = symbol;
    this.multiplicative = multiplicative;
  }

  /** Returns the ASCII sign in {@link Expression#text()}. */
  public char symbol() {
    return symbol;
  }

  /** Returns whether this is × or ÷, which bind tighter than + and −. */
  public boolean isMultiplicative() {
    return multiplicative;
  }

  /** Returns whether this is an inverse operation: − or ÷. */
  public boolean isInverse() {
    return this == SUBTRACT || this == DIVIDE;
  }

  /** Returns the exact value of {@code left this right}, or empty for a division by 0. */
  public Optional<Rational> apply(Rational left, Rational right) {
    return switch (this) {
      case ADD -> Optional.of(left.plus(right));
      case SUBTRACT -> Optional.of(left.minus(right));
      case MULTIPLY -> Optional.of(left.times(right));
      case DIVIDE -> left.dividedBy(right);
    };
  }
}
