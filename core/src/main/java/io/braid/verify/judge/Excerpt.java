package io.braid.verify.judge;

/** Shortens text for a judge. Lengths are in UTF-16 units; surrogate pairs are not split. */
public final class Excerpt {
  private static final String ELLIPSIS = "\n[…]\n";

  private Excerpt() {}

  /** Returns the end of a text, which contains the answer. */
  public static String end(String text, int most) {
    return text.length() <= most
        ? text
        : ELLIPSIS + text.substring(whole(text, text.length() - most));
  }

  /** Returns the beginning and the end of a text; the end gets a fifth of the length. */
  public static String ends(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = most / 5;
    return text.substring(0, whole(text, most - end))
        + ELLIPSIS
        + text.substring(whole(text, text.length() - end));
  }

  /** Returns the position, or the next position if it is inside a surrogate pair. */
  private static int whole(String text, int at) {
    boolean within =
        at > 0
            && at < text.length()
            && Character.isLowSurrogate(text.charAt(at))
            && Character.isHighSurrogate(text.charAt(at - 1));
    return within ? at + 1 : at;
  }
}
