package io.braid.math.compare;

import io.braid.math.read.WordText;
import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A time of day.
 *
 * @param hour the hour as written
 * @param minute minute, from 0 to 59
 * @param second second, from 0 to 59
 * @param half {@code am}, {@code pm} or empty
 */
record Clock(int hour, int minute, int second, String half) {
  /** Reads an answer as a time: {@code 20:34}, {@code 8:34:00 pm}, {@code 3 p.m.} */
  static Optional<Clock> of(Answer answer) {
    return switch (answer) {
      case Answer.Ratio(List<Expr> terms, boolean clock, String unit)
          when clock || terms.size() == 3 ->
          of(terms, half(unit));
      case Answer.Value(Expr expr, _, String unit) when !half(unit).isEmpty() ->
          of(List.of(expr, Expr.Num.of(0)), half(unit));
      default -> Optional.empty();
    };
  }

  /** Compares two times of day; undecided unless both answers are times. */
  static Comparison compare(Answer gold, Answer given) {
    Optional<Clock> time = of(gold);
    Optional<Clock> other = time.isEmpty() ? time : of(given);
    if (time.isEmpty() || other.isEmpty()) {
      return Comparison.UNDECIDED;
    }
    return Comparison.equalOr(time.get().isSame(other.get()), "another time");
  }

  private static String half(String unit) {
    String letters = WordText.key(unit).replace(" ", "");
    return letters.equals("am") || letters.equals("pm") ? letters : "";
  }

  private static Optional<Clock> of(List<Expr> terms, String half) {
    List<Integer> parts = new ArrayList<>();
    for (Expr term : terms) {
      int part =
          term instanceof Expr.Num(Rational value, int decimals, _) && decimals == Expr.EXACT
              ? value.asInt().orElse(-1)
              : -1;
      if (part < 0 || part > (parts.isEmpty() ? half.isEmpty() ? 24 : 12 : 59)) {
        return Optional.empty();
      }
      parts.add(part);
    }
    return Optional.of(
        new Clock(parts.getFirst(), parts.get(1), parts.size() < 3 ? 0 : parts.get(2), half));
  }

  /**
   * Returns whether both are the same time. If one of them does not say am or pm, it may be either.
   */
  boolean isSame(Clock other) {
    boolean unclear = half.isEmpty() != other.half.isEmpty() && !isOfDay() && !other.isOfDay();
    boolean halves = !half.isEmpty() || !other.half.isEmpty();
    boolean hours =
        halves
            ? unclear ? hour % 12 == other.hour % 12 : ofDay() == other.ofDay()
            : hour == other.hour;
    return hours && minute == other.minute && second == other.second;
  }

  /** Returns whether this is a 24-hour time. */
  private boolean isOfDay() {
    return half.isEmpty() && (hour > 12 || hour == 0);
  }

  private int ofDay() {
    return half.isEmpty() ? hour : hour % 12 + (half.equals("pm") ? 12 : 0);
  }
}
