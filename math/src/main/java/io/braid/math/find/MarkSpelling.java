package io.braid.math.find;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts all spellings of boxes and answer tags to {@code \boxed{…}} and {@code
 * <answer>…</answer>}.
 *
 * <p>Models also write {@code \boxed {5}}, {@code \boxed 5}, {@code \fbox{5}}, {@code
 * \framebox[2cm]{5}}, {@code \bbox[red]{5}} and {@code <Final_Answer>}.
 */
public final class MarkSpelling {
  private static final Pattern BOX =
      Pattern.compile(
          "\\\\(?:boxed|fbox|framebox|bbox|Aboxed|ovalbox|shadowbox|doublebox|tcbox)(?![A-Za-z])"
              + "\\s{0,8}(?:\\[[^\\]\\n]{0,80}\\]\\s{0,4}){0,2}\\{");

  private static final Pattern COLORED =
      Pattern.compile(
          "\\\\(?:colorbox|fcolorbox\\s{0,4}\\{[^{}\\n]{0,40}\\})\\s{0,4}\\{[^{}\\n]{0,40}\\}\\s{0,4}\\{");

  /** A box without braces, and the number, fraction or letter after it. */
  private static final Pattern BARE =
      Pattern.compile(
          "\\\\boxed(?![A-Za-z{])\\s{0,4}"
              + "(?:\\$([^$\\n{}]{1,80})\\$"
              + "|(-?\\\\[dt]?frac\\{[^{}\\n]{1,40}\\}\\{[^{}\\n]{1,40}\\}"
              + "|\\([^()\\n{}]{1,80}\\)"
              + "|-?\\$?\\d[\\d,]{0,40}(?:\\.\\d{1,40})?(?:/\\d{1,40})?(?:\\\\?%)?"
              + "|[A-Za-z](?![A-Za-z])))");

  private static final Pattern TAG =
      Pattern.compile(
          "<\\s{0,2}(/?)\\s{0,2}(?:final[_ -]?)?answer\\s{0,2}>", Pattern.CASE_INSENSITIVE);

  private MarkSpelling() {}

  /** Returns the text with its boxes and tags in the usual spelling. */
  public static String usual(String text) {
    String boxes = text;
    if (text.contains("box")) {
      boxes = COLORED.matcher(boxes).replaceAll("\\\\boxed{");
      boxes = BOX.matcher(boxes).replaceAll("\\\\boxed{");
      boxes = BARE.matcher(boxes).replaceAll(MarkSpelling::braced);
    }
    return boxes.indexOf('<') < 0 ? boxes : TAG.matcher(boxes).replaceAll("<$1answer>");
  }

  private static String braced(MatchResult bare) {
    String held = bare.group(1) == null ? bare.group(2) : bare.group(1);
    return Matcher.quoteReplacement("\\boxed{" + held + "}");
  }
}
