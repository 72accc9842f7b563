package io.braid.verify.math;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as most of Europe writes them: {@code 3,75} and {@code 1.250,50}. */
final class DecimalComma {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\d.,])(\\d{1,3}(?:[. ]\\d{3}){1,20}|\\d{1,64}),(\\d{1,64})(?![\\d,]|\\.\\d)");

  private static final Pattern BETWEEN_DIGITS = Pattern.compile("\\d,\\d");

  private DecimalComma() {}

  /**
   * The tidy text with points in the place of decimal commas. Empty when it has none, when a comma
   * between digits cannot be one, and within brackets where no semicolon parts what they hold.
   */
  static Optional<String> pointed(String tidy) {
    if (!BETWEEN_DIGITS.matcher(tidy).find()) {
      return Optional.empty();
    }
    boolean parted = tidy.indexOf(';') >= 0;
    StringBuilder pointed = new StringBuilder();
    Matcher matcher = NUMBER.matcher(tidy);
    int from = 0;
    int depth = 0;
    while (matcher.find()) {
      depth += opened(tidy, from, matcher.start());
      boolean thousands = matcher.group(2).length() == 3 && !isCertain(matcher);
      if (thousands || depth > 0 && !parted) {
        return Optional.empty();
      }
      pointed.append(tidy, from, matcher.start());
      pointed.append(matcher.group(1).replace(".", "").replace(" ", ""));
      pointed.append('.').append(matcher.group(2));
      from = matcher.end();
    }
    pointed.append(tidy, from, tidy.length());
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

  /** Whether the commas of such a text can be nothing else than decimal ones. */
  static boolean isCertain(String tidy) {
    Matcher matcher = NUMBER.matcher(tidy);
    boolean certain = matcher.find();
    for (boolean found = certain; found; found = matcher.find()) {
      certain &= isCertain(matcher);
    }
    return certain;
  }

  /** {@code 1.250,50} and {@code 0,25}. */
  private static boolean isCertain(Matcher matcher) {
    String whole = matcher.group(1);
    return whole.length() > 3 && whole.chars().anyMatch(c -> c == '.' || c == ' ')
        || whole.equals("0") && matcher.group(2).length() > 1;
  }

  /** Whether it looks more like a decimal than like a list of two. */
  static boolean isLikely(String tidy) {
    Matcher matcher = NUMBER.matcher(tidy);
    return matcher.find() && matcher.group(2).length() > 1;
  }
}
