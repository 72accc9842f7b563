package io.braid.math.find;

import io.braid.math.read.Units;
import io.braid.math.read.WordText;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the separate numbers in a text, with their units; the 2 in {@code x2} does not count. */
final class Numbers {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\w.,/{}^\\\\-])-?\\$?((?:\\d{1,3}(?:[\\u00a0\\u202f"
              + " ]\\d{3}){1,6}+,\\d{1,64}|\\d{1,3}(?:[\\u00a0\\u202f]\\d{3}|["
              + " ]0\\d\\d){1,6}+|\\d{1,3}(?:[ ]\\d{3}){2,6}+"
              + "|\\d{1,64}(?:[.,]\\d{1,64}){0,20}+)(?:[eE][+-]?\\d{1,3})?)"
              + "(?:/\\d{1,64})?+(?:\\\\?%)?+(?![\\d/{}]|[.,]\\d)"
              + "|-?\\\\[dt]?frac\\{-?\\d{1,64}\\}\\{\\d{1,64}\\}");

  /** Numerals with thousands separators or a decimal comma. */
  private static final Pattern FORM =
      Pattern.compile(
          "\\d+(?:\\.\\d+)?(?:[eE].*)?|\\d+(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:[\\u00a0\\u202f"
              + " ]\\d{3})*(?:,\\d+)?|\\d{1,3}(?:\\.\\d{3})+,\\d+|\\d{1,3}(?:\\.\\d{3}){2,}");

  private static final Set<String> PERCENT = Set.of("percent", "pct", "percentage");

  private final String text;
  private final Matcher matcher;

  Numbers(String text, int from) {
    this.text = text;
    this.matcher = NUMBER.matcher(text);
    matcher.region(from, text.length()).useTransparentBounds(true);
  }

  /**
   * The position of a number.
   *
   * @param text the number, with the unit that is attached to it
   * @param start the start of the number
   * @param end the position after it and its unit
   */
  record Span(String text, int start, int end) {}

  /** Returns the next number. */
  Optional<Span> next() {
    while (matcher.find()) {
      Optional<Span> span = span();
      if (span.isPresent()) {
        return span;
      }
    }
    return Optional.empty();
  }

  private Optional<Span> span() {
    String number = matcher.group();
    String digits = matcher.group(1);
    int end = matcher.end();
    if (digits != null && !FORM.matcher(digits).matches()) {
      return Optional.empty();
    }
    int letters = letters(end);
    if (end < text.length() && text.charAt(end) == 'π') {
      return Optional.of(at(number + "\\pi", end + 1));
    }
    if (letters == end) {
      boolean power = end < text.length() && "^_".indexOf(text.charAt(end)) >= 0;
      return power ? Optional.empty() : Optional.of(withWord(number, end));
    }
    return attached(number, end, letters);
  }

  private Span at(String number, int end) {
    return new Span(number, matcher.start(), end);
  }

  private int letters(int from) {
    int end = from;
    while (end < text.length() && end < from + 20 && isLetter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  /** Returns a number with the word after it: {@code 28 pct}, {@code 3 million}. */
  private Span withWord(String number, int end) {
    int start = end < text.length() && text.charAt(end) == ' ' ? end + 1 : end;
    int stop = letters(start);
    String word = text.substring(start, stop).toLowerCase(Locale.ROOT);
    if (PERCENT.contains(word)) {
      return at(number + "\\%", stop);
    }
    return WordText.multiplier(word).isPresent() ? at(number + " " + word, stop) : at(number, end);
  }

  /** Returns a number with the letters attached to it; empty unless the letters are a unit. */
  private Optional<Span> attached(String number, int start, int letters) {
    String unit = text.substring(start, letters);
    if (PERCENT.contains(unit.toLowerCase(Locale.ROOT))) {
      return Optional.of(at(number + "\\%", letters));
    }
    if (!Units.isUnit(unit) && !Units.isLetter(unit)) {
      return Optional.empty();
    }
    int end = letters;
    if (end < text.length() && text.charAt(end) == '/') {
      end = letters(end + 1);
    }
    int power = power(end);
    boolean letter = letters == start + 1 && power == letters;
    String written = number + (letter ? unit : "\\text{ " + text.substring(start, power) + "}");
    return digitFollows(power) ? Optional.empty() : Optional.of(at(written, power));
  }

  private boolean digitFollows(int at) {
    return at < text.length() && Character.isDigit(text.charAt(at));
  }

  /** Returns the position after the exponent that begins here. */
  private int power(int at) {
    if (at < text.length() && "²³".indexOf(text.charAt(at)) >= 0) {
      return at + 1;
    }
    for (String power : Set.of("^2", "^3", "^{2}", "^{3}")) {
      if (text.startsWith(power, at)) {
        return at + power.length();
      }
    }
    return at;
  }
}
