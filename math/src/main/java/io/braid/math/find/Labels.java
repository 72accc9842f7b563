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

  private Labels() {}

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
