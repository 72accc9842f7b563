package io.braid.math.find;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of steps and items in a text, {@code Step 5:}, {@code 3. Add}, which are not answers. */
final class Labels {
  private static final Pattern LABEL =
      Pattern.compile(
          "(?im)^[ \\t>*_#\\-•]{0,12}"
              + "(?:(?:step|question|problem|case|part|method|exercise|example|task|approach|stage|phase|solution|day|week|month|year|round|row|line|item|note|q)"
              + " ?#?\\d{1,3}(?:\\.\\d{1,2})?[*_]{0,3}"
              + " ?[:.)–-](?!\\d)|\\(?\\d{1,3}[.)][*_]{0,3}(?=["
              + " \\t]+\\S))|\\b(?:step|equation|figure|theorem|lemma)"
              + " #?\\(?\\d{1,3}\\b\\)?(?![.,]?\\d)");

  /** A number that ends a sentence, or labels an item of a list. */
  private static final Pattern NUMBER_AND_POINT = Pattern.compile("(-?\\d{1,3})\\.[ \\t]+\\S");

  private Labels() {}

  /**
   * Returns the text after an announcement with its labels replaced by spaces. A number and a point
   * at its start end the announcing sentence, {@code the answer is 7. Let me check}, unless a list
   * with the next number follows.
   */
  static String blankedBehindAnnouncement(String rest) {
    Matcher number = NUMBER_AND_POINT.matcher(rest);
    if (!number.lookingAt()) {
      return blanked(rest);
    }
    int end = number.end(1);
    int next = Integer.parseInt(number.group(1)) + 1;
    boolean list = rest.lines().skip(1).anyMatch(line -> line.strip().startsWith(next + "."));
    return list ? blanked(rest) : rest.substring(0, end) + blanked(rest.substring(end));
  }

  /** Returns the text with its labels replaced by spaces. */
  static String blanked(String text) {
    Matcher matcher = LABEL.matcher(text);
    if (!matcher.find()) {
      return text;
    }
    StringBuilder blanked = new StringBuilder(text);
    do {
      for (int i = matcher.start(); i < matcher.end(); i++) {
        blanked.setCharAt(i, text.charAt(i) == '\n' ? '\n' : ' ');
      }
    } while (matcher.find());
    return blanked.toString();
  }
}
