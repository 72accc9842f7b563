package io.braid.verify.code;

/** Makes error messages of programs safe to print. */
final class Reasons {
  private static final int LONGEST = 200;

  private Reasons() {}

  /** Returns the text as one line of at most 200 characters, without control characters. */
  static String plain(String text) {
    String start = text.substring(0, Math.min(text.length(), 4 * LONGEST));
    String line = start.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Z}]+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }
}
