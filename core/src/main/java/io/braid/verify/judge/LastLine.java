package io.braid.verify.judge;

import io.braid.remote.ChatReply;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the line with which a judge must end its reply: a word, a colon and one of several values.
 * Emphasis marks around them are ignored; any other text on the line or after it makes the reply
 * invalid.
 */
public final class LastLine {
  private static final String THOUGHTS_END = "</think>";
  private static final int LONGEST = 200;

  private final Pattern pattern;

  /**
   * Reads lines of the form {@code word: value}.
   *
   * @param values regular expression of the allowed values, without groups
   */
  public LastLine(String word, String values) {
    this.pattern =
        Pattern.compile(
            "[\\s*_`#]*%s[\\s*_`]*:[\\s*_`]*(%s)[\\s*_`]*\\.?[\\s*_`]*".formatted(word, values));
  }

  /**
   * Returns the value; empty if the reply was truncated, ends within its thoughts, or ends with any
   * other line.
   */
  public Optional<String> value(ChatReply reply) {
    if (!reply.finished()) {
      return Optional.empty();
    }
    Matcher matcher = pattern.matcher(of(reply.text()));
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * Returns the last non-blank line after the thoughts, shortened and without control characters,
   * since it is untrusted.
   */
  public static String of(String reply) {
    int end = reply.lastIndexOf(THOUGHTS_END);
    String said = end < 0 ? reply : reply.substring(end + THOUGHTS_END.length());
    if (end < 0 && said.stripLeading().startsWith("<think>")) {
      return "";
    }
    String stripped = said.strip();
    String last = stripped.substring(stripped.lastIndexOf('\n') + 1);
    String line = last.replaceAll("[\\p{Cc}\\p{Cf}]", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
