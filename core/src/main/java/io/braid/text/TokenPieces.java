package io.braid.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The text of each token of a sequence. The text of a token may depend on the tokens before it, and
 * a character may need several tokens. Each piece is therefore the text that the token adds. A
 * character belongs to its last token, and the earlier tokens of the character have empty pieces.
 */
public final class TokenPieces {
  private static final String UNFINISHED = "\uFFFD";

  /**
   * The maximum number of tokens of one character; a longer sequence of tokens without text is not
   * a character.
   */
  private static final int MOST_WAITING = 8;

  private TokenPieces() {}

  /** Returns the pieces, one per token, including special tokens. */
  public static List<String> of(Tokenizer tokenizer, long[] ids) {
    List<String> pieces = new ArrayList<>(ids.length);
    int from = 0; // what is decoded along, so that the first new token knows its neighbour
    int told = 0; // tokens whose text is in the pieces
    for (int end = 1; end <= ids.length; end++) {
      String before = tokenizer.decodeRaw(Arrays.copyOfRange(ids, from, told));
      String now = tokenizer.decodeRaw(Arrays.copyOfRange(ids, from, end));
      boolean waits = now.endsWith(UNFINISHED) && end - told < MOST_WAITING && end < ids.length;
      if (waits) {
        pieces.add("");
        continue;
      }
      pieces.add(
          now.startsWith(before)
              ? now.substring(before.length())
              : tokenizer.decodeRaw(Arrays.copyOfRange(ids, told, end)));
      from = told;
      told = end;
    }
    return List.copyOf(pieces);
  }
}
