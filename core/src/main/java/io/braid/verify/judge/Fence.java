package io.braid.verify.judge;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Marker lines around untrusted text in a prompt, so that a judge can tell its instructions from
 * the text to judge.
 *
 * <p>The mark in these lines is a SHA-256 hash of the fenced text: the same text always gets the
 * same mark. To forge it, an author would have to write the text's own hash into the text; if the
 * mark occurs in the text nevertheless, it is removed.
 *
 * <p>A space is inserted into anything that chat templates and tokenizers may take for a special
 * token, such as {@code <|im_end|>}, {@code </s>} or {@code [INST]}, so that the text cannot end
 * its message.
 *
 * @param mark 16 hexadecimal digits
 */
public record Fence(String mark) {
  private static final int MARK = 16;
  private static final Pattern CONTROL =
      Pattern.compile("<(?=[|\\uFF5C/a-zA-Z_])|\\[(?=/?[A-Z_]+])");

  /** Creates a fence for these texts. */
  public static Fence around(List<String> texts) {
    return new Fence(Fingerprint.of(texts).substring(0, MARK));
  }

  /** Returns the text between its marker lines. */
  public String put(String name, String text) {
    String inside = CONTROL.matcher(text).replaceAll("$0 ");
    while (inside.contains(mark)) {
      inside = inside.replace(mark, "");
    }
    return "[%1$s %2$s begins]\n%3$s\n[%1$s %2$s ends]\n".formatted(mark, name, inside);
  }
}
