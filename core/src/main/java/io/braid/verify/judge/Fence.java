package io.braid.verify.judge;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Lines around foreign text in a prompt, so that a judge can tell what is asked from what is to be
 * judged.
 *
 * <p>The mark in these lines is made from the text that it fences (SHA-256): it is another one for
 * other text, the same for the same, and whoever writes the text would have to write the hash of it
 * into it. Should it stand there nevertheless, it is taken out.
 *
 * <p>A space is put into what chat templates and tokenizers may take for a mark of their own, such
 * as {@code <|im_end|>}, {@code </s>} or {@code [INST]}, so that the text cannot end its message.
 *
 * @param mark 16 hexadecimal digits
 */
public record Fence(String mark) {
  private static final int MARK = 16;
  private static final Pattern CONTROL =
      Pattern.compile("<(?=[|\\uFF5C/a-zA-Z_])|\\[(?=/?[A-Z_]+])");

  /** A fence for these texts. */
  public static Fence around(List<String> texts) {
    return new Fence(Fingerprint.of(texts).substring(0, MARK));
  }

  /** The text between its lines. */
  public String put(String name, String text) {
    String inside = CONTROL.matcher(text).replaceAll("$0 ");
    while (inside.contains(mark)) {
      inside = inside.replace(mark, "");
    }
    return "[%1$s %2$s begins]\n%3$s\n[%1$s %2$s ends]\n".formatted(mark, name, inside);
  }
}
