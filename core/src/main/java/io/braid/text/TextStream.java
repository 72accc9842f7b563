package io.braid.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The text of a sequence that grows token by token. A character may need several tokens; it belongs
 * to its last token, and text that ends in an unfinished character is held back until then.
 */
public final class TextStream {
  private static final String UNFINISHED = "\uFFFD";

  /**
   * The maximum number of tokens of one character; a longer sequence of tokens without text is not
   * a character.
   */
  private static final int MOST_WAITING = 8;

  private final Function<long[], String> decode;
  private final List<String> stops;
  private final StringBuilder text = new StringBuilder();
  private boolean stopped;
  private long[] ids = new long[16];
  private int length;
  private int from; // what is decoded along, so that the first new token knows its neighbour
  private int told; // tokens whose text was returned

  /**
   * Creates the empty text.
   *
   * @param decode converts tokens to text
   */
  public TextStream(Function<long[], String> decode) {
    this(decode, List.of());
  }

  /**
   * Creates the empty text of a response that ends after a string.
   *
   * @param decode converts tokens to text
   * @param stops the strings; what follows the first of them is not part of the text
   */
  public TextStream(Function<long[], String> decode, List<String> stops) {
    this.decode = decode;
    this.stops = List.copyOf(stops);
  }

  /** Adds a token and returns the text that is now complete, which may be empty. */
  public String add(long id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length++] = id;
    return cut(piece(/* waits= */ true));
  }

  /** Returns the text that was held back, once no token follows. */
  public String end() {
    return told == length ? "" : cut(piece(/* waits= */ false));
  }

  /** Returns all text that was returned so far. */
  public String text() {
    return text.toString();
  }

  /** Returns a piece without what follows a stop string. */
  private String cut(String piece) {
    if (stopped) {
      return "";
    }
    int before = text.length();
    text.append(piece);
    for (String stop : stops) {
      int at = text.indexOf(stop);
      if (at >= 0) {
        stopped = true;
        text.setLength(Math.min(text.length(), at + stop.length()));
      }
    }
    return text.substring(before);
  }

  private String piece(boolean waits) {
    String before = decoded(from, told);
    String now = decoded(from, length);
    if (waits && now.endsWith(UNFINISHED) && length - told < MOST_WAITING) {
      return "";
    }
    String piece = now.startsWith(before) ? now.substring(before.length()) : decoded(told, length);
    from = told;
    told = length;
    return piece;
  }

  private String decoded(int start, int end) {
    return decode.apply(Arrays.copyOfRange(ids, start, end));
  }
}
