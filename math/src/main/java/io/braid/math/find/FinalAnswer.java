package io.braid.math.find;

import java.util.Optional;

/**
 * Finds the final answer of a worked solution in a box or in tags, in any {@linkplain MarkSpelling
 * spelling}. Each method reads the text a few times.
 */
public final class FinalAnswer {
  private static final String BOX = "\\boxed{";
  private static final String OPEN = "<answer>";
  private static final String CLOSE = "</answer>";
  private static final String HASHES = "####";

  private FinalAnswer() {}

  /**
   * Returns the content of the last {@code \boxed}. Braces may nest, and escaped braces do not
   * count. The result is empty if there is no box or the last box is not closed.
   */
  public static Optional<String> boxed(String written) {
    String text = MarkSpelling.usual(written);
    int start = text.lastIndexOf(BOX);
    if (start < 0) {
      return Optional.empty();
    }
    int open = 1;
    for (int i = start + BOX.length(); i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '{' -> open++;
        case '}' -> open--;
        default -> {}
      }
      if (open == 0) {
        return Optional.of(text.substring(start + BOX.length(), i).strip());
      }
    }
    return Optional.empty();
  }

  /** Returns the text between the last {@code </answer>} and the {@code <answer>} before it. */
  public static Optional<String> tagged(String written) {
    String text = MarkSpelling.usual(written);
    int end = text.lastIndexOf(CLOSE);
    int start = end < 0 ? -1 : text.lastIndexOf(OPEN, end);
    return start < 0
        ? Optional.empty()
        : Optional.of(text.substring(start + OPEN.length(), end).strip());
  }

  /** Returns the rest of the line after the last {@code ####}, as in the solutions of GSM8K. */
  public static Optional<String> afterHashes(String text) {
    int start = text.lastIndexOf(HASHES);
    return start < 0
        ? Optional.empty()
        : text.substring(start + HASHES.length()).lines().findFirst().map(String::strip);
  }

  /**
   * Returns the final answer of a solution in a data set: the text after hashes, otherwise the
   * content of the box, otherwise the whole text.
   */
  public static String ofSolution(String solution) {
    return afterHashes(solution).or(() -> boxed(solution)).orElse(solution).strip();
  }
}
