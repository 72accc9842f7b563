package io.braid.verify;

import io.braid.task.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer without what does not change it, and the number that it may be. */
final class TidyAnswer {
  private static final String DIGITS = "\\d{1,100}";
  private static final Pattern THOUSANDS =
      Pattern.compile("-?\\d{1,3}(?:,\\d{3}){1,30}(?:\\.\\d{1,100})?");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(?:" + DIGITS + "\\.?|(?:" + DIGITS + ")?\\." + DIGITS + ")");
  private static final Pattern FRACTION =
      Pattern.compile(
          "([-+]?)(?:\\\\frac\\{(-?%1$s)\\}\\{(%1$s)\\}|\\\\frac(\\d)(\\d)|(%1$s)/(%1$s))"
              .formatted(DIGITS));

  private TidyAnswer() {}

  /**
   * Without dollar and percent signs, spaces but for those between digits, TeX spacing and a full
   * stop at the end.
   */
  static String of(String answer) {
    String tidy =
        answer
            .replace("\\left", "")
            .replace("\\right", "")
            .replace("\\dfrac", "\\frac")
            .replace("\\tfrac", "\\frac")
            .replaceAll("\\\\[!,;: ]", "")
            .replaceAll("\\\\?[$%]", "")
            .replace('−', '-')
            .strip()
            .replaceAll("\\s+", " ")
            .replaceAll("(?<!\\d) | (?!\\d)", "");
    return tidy.endsWith(".") ? tidy.substring(0, tidy.length() - 1) : tidy;
  }

  /** The exact value of a tidy whole number, decimal or fraction. */
  static Optional<Rational> number(String tidy) {
    String plain = THOUSANDS.matcher(tidy).matches() ? tidy.replace(",", "") : tidy;
    if (DECIMAL.matcher(plain).matches()) {
      return Optional.of(Rational.of(new BigDecimal(plain)));
    }
    Matcher fraction = FRACTION.matcher(plain);
    return fraction.matches() ? value(fraction) : Optional.empty();
  }

  private static Optional<Rational> value(Matcher fraction) {
    for (int group = 2; group <= 6; group += 2) {
      if (fraction.group(group) != null) {
        Rational above = whole(fraction.group(group));
        Rational signed = fraction.group(1).equals("-") ? above.negate() : above;
        return signed.dividedBy(whole(fraction.group(group + 1)));
      }
    }
    return Optional.empty();
  }

  private static Rational whole(String digits) {
    return new Rational(new BigInteger(digits), BigInteger.ONE);
  }
}
