package io.braid.templates.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Formats floating-point numbers as Python's {@code e}, {@code f} and {@code g} do. */
final class Decimals {
  private static final int MOST_DIGITS = 400;

  private Decimals() {}

  /**
   * Formats a number without its sign.
   *
   * @param form one of {@code eEfFgG%}
   * @param precision number of digits, whose meaning depends on the form
   * @param alternative whether {@code g} keeps trailing zeros
   */
  static String format(double value, char form, int precision, boolean alternative) {
    if (precision > MOST_DIGITS) {
      throw Limits.exceeded("a number's digits go", MOST_DIGITS);
    }
    double size = Math.abs(value);
    String text;
    if (Double.isNaN(size) || Double.isInfinite(size)) {
      text = Double.isNaN(size) ? "nan" : "inf";
    } else {
      BigDecimal exact = new BigDecimal(size);
      text =
          switch (Character.toLowerCase(form)) {
            case 'f' -> exact.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
            case 'e' -> scientific(exact, precision);
            case 'g' -> general(exact, Math.max(1, precision), alternative);
            default ->
                exact.movePointRight(2).setScale(precision, RoundingMode.HALF_EVEN).toPlainString()
                    + "%";
          };
    }
    return Character.isUpperCase(form) ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static String scientific(BigDecimal exact, int precision) {
    BigDecimal rounded = exact.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    digits = digits + "0".repeat(Math.max(0, precision + 1 - digits.length()));
    return digits.substring(0, 1)
        + (precision > 0 ? "." + digits.substring(1, precision + 1) : "")
        + power(exponent(rounded));
  }

  private static String general(BigDecimal exact, int precision, boolean alternative) {
    MathContext context = new MathContext(precision, RoundingMode.HALF_EVEN);
    int exponent = exponent(exact.round(context));
    if (exponent < -4 || exponent >= precision) {
      String text = scientific(exact.round(context), precision - 1);
      int e = text.indexOf('e');
      return (alternative ? text.substring(0, e) : trimmed(text.substring(0, e)))
          + text.substring(e);
    }
    String text = exact.setScale(precision - 1 - exponent, RoundingMode.HALF_EVEN).toPlainString();
    return alternative ? text : trimmed(text);
  }

  private static int exponent(BigDecimal number) {
    return number.signum() == 0 ? 0 : number.precision() - number.scale() - 1;
  }

  private static String power(int exponent) {
    return String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private static String trimmed(String text) {
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}
