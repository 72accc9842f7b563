package io.braid.app.report;

import java.util.List;

/**
 * A text whose tokens have colours, each by several measures.
 *
 * @param title names it
 * @param prompt what it answers
 * @param mark whether it is right
 * @param tokens in their order
 * @param left how many more tokens there were, which are not shown
 */
public record ColouredText(String title, String prompt, Mark mark, List<Token> tokens, long left) {
  /** Whether a text is right. */
  public enum Mark {
    /** It is. */
    RIGHT,
    /** It is not. */
    WRONG,
    /** Nobody knows. */
    UNKNOWN
  }

  /** Copies the list. */
  public ColouredText {
    tokens = List.copyOf(tokens);
  }

  /**
   * A token.
   *
   * @param text its part of the text
   * @param note its numbers, shown when it is pointed at
   * @param shades by each measure of the page, in order, from −1 to 1; 0 has no colour
   */
  public record Token(String text, String note, List<Double> shades) {
    /** Copies the list. */
    public Token {
      shades = List.copyOf(shades);
    }
  }
}
