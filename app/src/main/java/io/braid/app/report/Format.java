package io.braid.app.report;

import io.braid.eval.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** The format of a number. */
public enum Format {
  /** A fraction as a percentage: 0.4213 is 42.1 %. */
  PERCENT,
  /** A difference between fractions, in percentage points: 0.0421 is +4.2. */
  POINTS,
  /** A number with three significant digits. */
  NUMBER,
  /** A difference with a sign and three significant digits. */
  CHANGE,
  /** A number that may be small, with three significant digits. */
  SMALL,
  /** A count, with thousands separated. */
  WHOLE;

  private static final double SMALLEST_PLAIN = 1e-3;
  private static final double SMALLEST_SMALL = 1e-6;
  private static final double LARGEST_PLAIN = 1e6;

  /** Returns the number with its unit, or a dash if it is not finite. */
  String show(double number) {
    return bare(number) + (this == PERCENT && Double.isFinite(number) ? "\u202f%" : "");
  }

  /** Returns the number without its unit. */
  public String bare(double number) {
    if (!Double.isFinite(number)) {
      return "–";
    }
    String text =
        switch (this) {
          case PERCENT -> String.format(Locale.ROOT, "%.1f", 100 * number);
          case POINTS -> String.format(Locale.ROOT, "%+.1f", 100 * number);
          case WHOLE -> String.format(Locale.ROOT, "%,.0f", number).replace(',', '\u202f');
          case NUMBER -> significant(number);
          case SMALL -> small(number);
          case CHANGE -> (number < 0 ? "" : "+") + significant(number);
        };
    return text.replace('-', '\u2212');
  }

  /** Returns the bounds of an interval without their unit. */
  public String bounds(Interval interval) {
    return "[" + bare(interval.low()) + ", " + bare(interval.high()) + "]";
  }

  /** Returns the number in its shortest form, for an axis. */
  String brief(double number) {
    double shown = this == PERCENT || this == POINTS ? 100 * number : number;
    String text =
        shown == 0
            ? "0"
            : new BigDecimal(shown, new MathContext(4)).stripTrailingZeros().toPlainString();
    return (this == PERCENT ? text + "\u202f%" : text).replace('-', '\u2212');
  }

  private static String small(double number) {
    double size = Math.abs(number);
    return size == 0 || size >= 1 || size < SMALLEST_SMALL
        ? significant(number)
        : new BigDecimal(number).round(new MathContext(3)).toPlainString();
  }

  private static String significant(double number) {
    double size = Math.abs(number);
    if (size != 0 && (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN)) {
      return String.format(Locale.ROOT, "%.2e", number);
    }
    int wholeDigits = size < 1 ? 1 : (int) Math.log10(size) + 1;
    return String.format(Locale.ROOT, "%." + Math.max(0, 3 - wholeDigits) + "f", number);
  }
}
