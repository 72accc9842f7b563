package io.braid.text;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of each token of a sequence. The text of a token may depend on the tokens before it, and
 * a character may need several tokens. Each piece is therefore the text that the token adds. A
 * character belongs to its last token, and the earlier tokens of the character have empty pieces.
 */
public final class TokenPieces {
  private TokenPieces() {}

  /** Returns the pieces, one per token, including special tokens. */
  public static List<String> of(Tokenizer tokenizer, long[] ids) {
    TextStream text = new TextStream(tokenizer::decodeRaw);
    List<String> pieces = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      String piece = text.add(ids[i]);
      pieces.add(i == ids.length - 1 ? piece + text.end() : piece);
    }
    return List.copyOf(pieces);
  }
}
