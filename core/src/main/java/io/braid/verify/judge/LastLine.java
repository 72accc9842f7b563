package io.braid.verify.judge;

import io.braid.remote.ChatReply;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line that a judge must end with: a word, a colon and one of some values. Marks of emphasis
 * around them do not matter; anything else on the line does, and so does anything after it.
 */
public final class LastLine {
  private static final String THOUGHTS_END = "</think>";
  private static final int LONGEST = 200;

  private final Pattern pattern;

  /**
   * The line {@code word: value}.
   *
   * @param values a regular expression without groups
   */
  public LastLine(String word, String values) {
    this.pattern =
        Pattern.compile(
            "[\\s*_`#]*%s[\\s*_`]*:[\\s*_`]*(%s)[\\s*_`]*\\.?[\\s*_`]*".formatted(word, values));
  }

  /** The value; none where the reply was cut off, ended within thoughts, or ends otherwise. */
  public Optional<String> value(ChatReply reply) {
    if (!reply.finished()) {
      return Optional.empty();
    }
    Matcher matcher = pattern.matcher(of(reply.text()));
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * The last line with something on it, after the thoughts. It may be any text: it is shortened and
   * without control characters.
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
