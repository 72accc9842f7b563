package io.braid.app.terminal;

import java.util.Locale;

/**
 * Makes text safe to print on a terminal. Much printed text comes from untrusted sources: models,
 * data, templates, services. Its control characters could move the cursor, hide text or simulate
 * input.
 */
public final class Printable {
  private Printable() {}

  /** Removes control characters from text and keeps its line breaks. */
  public static String text(String text) {
    return replaced(text, "\n\t", false);
  }

  /** Returns the text on one line, without control characters. */
  public static String line(String text) {
    return replaced(text.strip().replaceAll("\\s*\\R\\s*", " "), "", false);
  }

  /** Returns JSON with control characters escaped. */
  public static String json(String json) {
    return replaced(json, "", true);
  }

  private static String replaced(String text, String kept, boolean escapes) {
    if (text.chars().noneMatch(c -> isControl(c) && kept.indexOf(c) < 0)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isControl(c) || kept.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(escapes ? String.format(Locale.ROOT, "\\u%04x", (int) c) : "\uFFFD");
      }
    }
    return out.toString();
  }

  /** Returns whether a character is a control character or changes the writing direction. */
  private static boolean isControl(int c) {
    return Character.isISOControl(c)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x2028
        || c == 0x2029;
  }
}
