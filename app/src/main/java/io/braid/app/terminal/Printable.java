package io.braid.app.terminal;

import java.util.Locale;

/**
 * Text as it may reach a terminal. Much of what is said comes from strangers: models, data,
 * templates, services. A control character among it could move the cursor, hide text or type.
 */
public final class Printable {
  private Printable() {}

  /** Text of several lines. */
  public static String text(String text) {
    return replaced(text, "\n\t", false);
  }

  /** Text that is made one line. */
  public static String line(String text) {
    return replaced(text.strip().replaceAll("\\s*\\R\\s*", " "), "", false);
  }

  /** JSON, in whose strings a character may be written as an escape. */
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

  /** Control characters, and those that turn the direction of writing. */
  private static boolean isControl(int c) {
    return Character.isISOControl(c)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x2028
        || c == 0x2029;
  }
}
