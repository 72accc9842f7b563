package io.braid.math.read;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads numbers in the notation of most of Europe: {@code 3,75} and {@code 1.250,50}. */
public final class DecimalComma {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\d.,])(\\d{1,3}(?:[. ]\\d{3}){1,20}|\\d{1,64}),(\\d{1,64})(?![\\d,]|\\.\\d)");

  private static final Pattern BETWEEN_DIGITS = Pattern.compile("\\d,\\d");

  private static final Pattern THOUSANDS =
      Pattern.compile("(-? ?)(\\d{1,3}(?:\\.\\d{3}){1,6})(?![\\d.,])(\\D{0,40})");

  private static final Pattern HUNDREDTHS =
      Pattern.compile("(?<![\\d.,])\\d{1,3}(?:\\.\\d{3}){0,6}+,\\d\\d(?![\\d,]|\\.\\d)");

  /** Decimal points, or commas that separate thousands. */
  private static final Pattern POINTED =
      Pattern.compile("\\d\\.\\d{1,2}(?!\\d)|(?<![\\d.,])\\d{1,3},\\d{3}(?![\\d,])");

  private DecimalComma() {}

  /**
   * Returns the normalised text with points in place of its decimal commas. The result is empty if
   * the text has no decimal comma, if a comma between digits cannot be a decimal comma, or if the
   * commas are in brackets whose items are not separated by semicolons.
   */
  public static Optional<String> pointed(String normalised) {
    if (!BETWEEN_DIGITS.matcher(normalised).find()) {
      return Optional.empty();
    }
    boolean parted = normalised.indexOf(';') >= 0;
    StringBuilder pointed = new StringBuilder();
    Matcher matcher = NUMBER.matcher(normalised);
    int from = 0;
    int depth = 0;
    while (matcher.find()) {
      depth += opened(normalised, from, matcher.start());
      boolean thousands = matcher.group(2).length() == 3 && !isCertain(matcher);
      if (thousands || depth > 0 && !parted) {
        return Optional.empty();
      }
      pointed.append(normalised, from, matcher.start());
      pointed.append(matcher.group(1).replace(".", "").replace(" ", ""));
      pointed.append('.').append(matcher.group(2));
      from = matcher.end();
    }
    pointed.append(normalised, from, normalised.length());
    return from == 0 || BETWEEN_DIGITS.matcher(pointed).find()
        ? Optional.empty()
        : Optional.of(pointed.toString());
  }

  private static int opened(String text, int from, int to) {
    int depth = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
    }
    return depth;
  }

  /** Returns whether the commas in the text can only be decimal commas. */
  public static boolean isCertain(String normalised) {
    Matcher matcher = NUMBER.matcher(normalised);
    boolean certain = matcher.find();
    for (boolean found = certain; found; found = matcher.find()) {
      certain &= isCertain(matcher);
    }
    return certain;
  }

  /**
   * Returns whether the comma can only be a decimal comma: {@code 1.250,50}, {@code 0,25}, {@code
   * 4,00} (no list has a term 00).
   */
  private static boolean isCertain(Matcher matcher) {
    String whole = matcher.group(1);
    return whole.length() > 3 && whole.chars().anyMatch(c -> c == '.' || c == ' ')
        || whole.equals("0") && matcher.group(2).length() > 1
        || matcher.group(2).startsWith("0") && List.of(2, 4).contains(matcher.group(2).length());
  }

  /**
   * Returns the number without its points, {@code 1.400}, if the context writes decimals with
   * commas and none with points; otherwise empty.
   *
   * @param context the text around the number
   */
  public static Optional<String> inContext(String normalised, String context) {
    Matcher number = THOUSANDS.matcher(normalised);
    boolean commas = HUNDREDTHS.matcher(context).find();
    return commas && number.matches() && !POINTED.matcher(context).find()
        ? Optional.of(number.group(1) + number.group(2).replace(".", "") + number.group(3))
        : Optional.empty();
  }

  /** Returns whether the text looks more like a decimal than like a list of two numbers. */
  public static boolean isLikely(String normalised) {
    Matcher matcher = NUMBER.matcher(normalised);
    return matcher.find() && matcher.group(2).length() > 1;
  }
}
