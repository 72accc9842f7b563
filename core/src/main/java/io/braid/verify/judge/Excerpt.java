package io.braid.verify.judge;

/** As much of a text as a judge is shown. Lengths are in UTF-16 units; no pair is cut in two. */
public final class Excerpt {
  private static final String LEFT_OUT = "\n[…]\n";

  private Excerpt() {}

  /** The end of a text, where answers are. */
  public static String end(String text, int most) {
    return text.length() <= most
        ? text
        : LEFT_OUT + text.substring(whole(text, text.length() - most));
  }

  /** The beginning and the end of a text: the end has a fifth. */
  public static String ends(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = most / 5;
    return text.substring(0, whole(text, most - end))
        + LEFT_OUT
        + text.substring(whole(text, text.length() - end));
  }

  /** The place itself, or the next where it is within a pair. */
  private static int whole(String text, int at) {
    boolean within =
        at > 0
            && at < text.length()
            && Character.isLowSurrogate(text.charAt(at))
            && Character.isHighSurrogate(text.charAt(at - 1));
    return within ? at + 1 : at;
  }
}
