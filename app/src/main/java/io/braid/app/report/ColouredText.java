package io.braid.app.report;

import java.util.List;

/**
 * A text whose tokens can be coloured by several measures. @param title title of the text
 *
 * @param prompt the prompt that the text answers
 * @param mark whether the text is correct
 * @param tokens the tokens, in order
 * @param left number of further tokens that are not shown
 */
public record ColouredText(String title, String prompt, Mark mark, List<Token> tokens, long left) {
  /** Whether the text is correct. */
  public enum Mark {
    /** The text is correct. */
    CORRECT,
    /** The text is wrong. */
    WRONG,
    /** The correctness is not known. */
    UNKNOWN
  }

  /** Copies the list. */
  public ColouredText {
    tokens = List.copyOf(tokens);
  }

  /**
   * A token.
   *
   * @param text the token's text
   * @param note the token's numbers, shown as a tooltip
   * @param shades one shade per measure of the page, from −1 to 1; 0 has no colour
   */
  public record Token(String text, String note, List<Double> shades) {
    /** Copies the list. */
    public Token {
      shades = List.copyOf(shades);
    }
  }
}
