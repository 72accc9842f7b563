package io.braid.math.read;

import io.braid.math.value.Answer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Distinguishes unreadable mathematics from prose. A comparison treats both as text, but only the
 * former was meant as mathematics.
 */
public final class Unread {
  private static final int SHOWN = 60;
  private static final Pattern COMMAND = Pattern.compile("\\\\[A-Za-z]+|[\\^_=<>≤≥√∑∫]");

  /** Commands that set prose, and spacing. */
  private static final Pattern WORDS =
      Pattern.compile(
          "\\\\(?:(?:text|math|emph|mbox|hbox|rm|bf|it|tt|operatorname)[a-z]*|q?quad|[ ,;:!])");

  private static final String OPENING = "([{";
  private static final String CLOSING = ")]}";

  private Unread() {}

  /**
   * Returns the reason why text that was meant as mathematics could not be read; empty for prose
   * and for text that was read.
   */
  public static Optional<String> of(String normalised, Answer answer) {
    if (!(answer instanceof Answer.Words)) {
      return Optional.empty();
    }
    if (normalised.codePoints().noneMatch(Character::isLetterOrDigit)) {
      return Optional.of("it has neither letters nor digits");
    }
    if (!balanced(normalised)) {
      return Optional.of("its brackets are not closed in '%s'".formatted(shown(normalised)));
    }
    return COMMAND.matcher(WORDS.matcher(normalised).replaceAll("")).find()
        ? Optional.of("no mathematics that is known in '%s'".formatted(shown(normalised)))
        : Optional.empty();
  }

  /**
   * Returns whether brackets are closed. Intervals may begin and end with different brackets;
   * braces may not.
   */
  private static boolean balanced(String text) {
    int depth = 0;
    int braces = 0;
    for (int i = 0; i < text.length() && depth >= 0 && braces >= 0; i++) {
      char at = text.charAt(i);
      depth += OPENING.indexOf(at) >= 0 ? 1 : CLOSING.indexOf(at) >= 0 ? -1 : 0;
      braces += at == '{' ? 1 : at == '}' ? -1 : 0;
    }
    return depth == 0 && braces == 0;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
