package io.braid.templates.jinja;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A format specification in Python's mini-language: {@code >8.2f}.
 *
 * @param fill the fill character
 * @param align {@code <}, {@code >}, {@code ^} or {@code =}; a space if not given
 * @param sign {@code +}, a space, or {@code -} for negative numbers only
 * @param alternative whether {@code #} requests prefixes
 * @param width the minimum width of the field
 * @param grouping {@code ,} or {@code _} between thousands, or nothing
 * @param precision the precision; −1 if not given
 * @param form the type; a space if not given
 */
record FormatSpec(
    String fill,
    char align,
    char sign,
    boolean alternative,
    int width,
    String grouping,
    int precision,
    char form) {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?z?(#)?(0)?([0-9]{0,9})([,_]?)(?:\\.([0-9]{1,9}))?([a-zA-Z%]?)",
          Pattern.DOTALL);

  static FormatSpec parse(String spec) {
    Matcher match = SPEC.matcher(spec);
    if (!match.matches()) {
      throw new Refusal("the format '" + spec + "' cannot be read");
    }
    boolean zero = match.group(5) != null;
    String align = match.group(2);
    return new FormatSpec(
        match.group(1) != null ? match.group(1) : zero && align == null ? "0" : " ",
        align != null ? align.charAt(0) : zero ? '=' : ' ',
        match.group(3) != null ? match.group(3).charAt(0) : '-',
        match.group(4) != null,
        match.group(6).isEmpty() ? 0 : Limits.width(Long.parseLong(match.group(6))),
        match.group(7),
        match.group(8) == null ? -1 : Limits.width(Long.parseLong(match.group(8))),
        match.group(9).isEmpty() ? ' ' : match.group(9).charAt(0));
  }

  String of(Value value) {
    return switch (value) {
      case Value.Bool(boolean b) when form == ' ' || form == 's' ->
          field(b ? "True" : "False", '<');
      case Value.Whole n -> whole(n.value());
      case Value.Bool(boolean b) -> whole(b ? 1 : 0);
      case Value.Real(double r) -> real(r);
      default -> text(Python.str(value));
    };
  }

  private String text(String text) {
    if (form != ' ' && form != 's') {
      throw new Refusal("the format '" + form + "' is not one of a string");
    }
    int characters = text.codePointCount(0, text.length());
    return field(
        precision >= 0 && precision < characters
            ? text.substring(0, text.offsetByCodePoints(0, precision))
            : text,
        '<');
  }

  private String whole(long value) {
    String digits =
        switch (form) {
          case ' ', 'd', 'n' -> Long.toString(value).replace("-", "");
          case 'b' -> prefix("0b") + Long.toString(value, 2).replace("-", "");
          case 'o' -> prefix("0o") + Long.toString(value, 8).replace("-", "");
          case 'x' -> prefix("0x") + Long.toString(value, 16).replace("-", "");
          case 'X' ->
              prefix("0X") + Long.toString(value, 16).replace("-", "").toUpperCase(Locale.ROOT);
          case 'c' -> Character.toString(character(value));
          default -> "";
        };
    return digits.isEmpty() ? real((double) value) : number(value < 0, grouped(digits));
  }

  private static int character(long value) {
    if (!Character.isValidCodePoint((int) value) || value != (int) value) {
      throw new Refusal(value + " is the code of no character");
    }
    return (int) value;
  }

  private String prefix(String prefix) {
    return alternative ? prefix : "";
  }

  private String real(double value) {
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    String digits =
        switch (form) {
          case ' ' -> precision < 0 ? PythonText.real(Math.abs(value)) : shortened(value);
          case 'n' -> Decimals.format(value, 'g', precision < 0 ? 6 : precision, alternative);
          case 'e', 'E', 'f', 'F', 'g', 'G', '%' ->
              Decimals.format(value, form, precision < 0 ? 6 : precision, alternative);
          default -> throw new Refusal("the format '" + form + "' is not one of a number");
        };
    return number(negative, grouped(digits));
  }

  /** Formats a number without a type, with at least one digit after the point. */
  private String shortened(double value) {
    String power = Decimals.format(value, 'e', Math.max(1, precision) - 1, false);
    int exponent =
        power.indexOf('e') < 0 ? 0 : Integer.parseInt(power.substring(power.indexOf('e') + 1));
    if (exponent >= precision - 1 && exponent >= 0 && Double.isFinite(value)) {
      String digits = power.substring(0, power.indexOf('e'));
      return (digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits)
          + power.substring(power.indexOf('e'));
    }
    String text = Decimals.format(value, 'g', precision, false);
    return text.matches("[0-9]+") ? text + ".0" : text;
  }

  private String grouped(String digits) {
    if (grouping.isEmpty()) {
      return digits;
    }
    int end = 0;
    while (end < digits.length() && Character.digit(digits.charAt(end), 10) >= 0) {
      end++;
    }
    StringBuilder grouped = new StringBuilder(digits);
    for (int place = end - 3; place > 0; place -= 3) {
      grouped.insert(place, grouping);
    }
    return grouped.toString();
  }

  private String number(boolean negative, String digits) {
    String before = negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
    if (align == '=') {
      int missing = width - before.length() - digits.length();
      return before + fill.repeat(Math.max(0, missing)) + digits;
    }
    return field(before + digits, '>');
  }

  private String field(String text, char usual) {
    int missing = Math.max(0, width - text.codePointCount(0, text.length()));
    return switch (align == ' ' || align == '=' ? usual : align) {
      case '<' -> text + fill.repeat(missing);
      case '>' -> fill.repeat(missing) + text;
      default -> fill.repeat(missing / 2) + text + fill.repeat(missing - missing / 2);
    };
  }
}
