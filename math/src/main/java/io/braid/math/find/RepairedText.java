package io.braid.math.find;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Repairs TeX commands and digits: a JSON reader turns the start of {@code \frac} into a form feed,
 * a writer doubles backslashes, and other scripts have their own digits.
 */
final class RepairedText {
  /**
   * Each control character with the letter that was escaped and the following letters that show
   * that it was a TeX command.
   */
  private static final Map<Character, Escape> ESCAPES =
      Map.of(
          '\f', new Escape('f', Set.of("rac", "box", "lat")),
          '\b', new Escape('b', Set.of("oxed", "egin", "inom", "ar", "eta", "ig", "f{")),
          '\t', new Escape('t', Set.of("ext", "imes", "frac", "heta", "binom", "an(", "an ", "au")),
          '\r', new Escape('r', Set.of("ight", "angle", "floor", "ceil", "ho")),
          '\u000b', new Escape('v', Set.of("ec", "ert")),
          '\u0007', new Escape('a', Set.of("pprox", "lpha", "ngle", "st")));

  /** Full-width punctuation that is not replaced, since it ends sentences and separates items. */
  private static final String KEPT = "！？，；";

  /** Commands that lost their backslash. */
  private static final List<String> BARE =
      List.of("frac{", "dfrac{", "tfrac{", "sqrt{", "text{", "boxed{");

  private record Escape(char letter, Set<String> rests) {
    boolean fits(String text, int at) {
      return rests.stream().anyMatch(rest -> text.startsWith(rest, at));
    }
  }

  private RepairedText() {}

  static String of(String text) {
    StringBuilder repaired = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      Escape escape = c < ' ' ? ESCAPES.get(c) : null;
      if (escape != null && escape.fits(text, i + 1)) {
        repaired.append('\\').append(escape.letter);
      } else {
        repaired.append(c < 0x80 ? c : same(c));
      }
    }
    for (String bare : BARE) {
      restoreBackslashes(repaired, bare);
    }
    return withoutDoubledSigns(repaired.toString());
  }

  private static void restoreBackslashes(StringBuilder text, String command) {
    for (int at = text.indexOf(command); at >= 0; at = text.indexOf(command, at + 2)) {
      boolean glued = at > 0 && (isLetter(text.charAt(at - 1)) || text.charAt(at - 1) == '\\');
      if (!glued) {
        text.insert(at, '\\');
      }
    }
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static char same(char c) {
    if (Character.isDigit(c)) {
      return (char) ('0' + Character.digit(c, 10));
    }
    if (c >= '！' && c <= '～' && KEPT.indexOf(c) < 0) {
      return (char) (c - '！' + '!');
    }
    return switch (c) {
      case '−' -> '-';
      case '٫' -> '.';
      case '٬' -> ',';
      case '٪' -> '%';
      default -> c;
    };
  }

  /** Removes doubled backslashes, {@code \\(x\\)}, that cannot be ends of rows. */
  private static String withoutDoubledSigns(String text) {
    boolean doubled =
        text.contains("\\\\(") && text.contains("\\\\)")
            || text.contains("\\\\[") && text.contains("\\\\]");
    if (!doubled || text.contains("begin{")) {
      return text;
    }
    return text.replace("\\\\(", "\\(")
        .replace("\\\\)", "\\)")
        .replace("\\\\[", "\\[")
        .replace("\\\\]", "\\]");
  }
}
