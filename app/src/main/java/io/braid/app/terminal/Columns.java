package io.braid.app.terminal;

import org.jline.utils.WCWidth;

/** Measures and cuts text in columns of a terminal: some characters take two columns, some none. */
final class Columns {
  private static final String CUT = "…";

  private Columns() {}

  /** Returns the number of columns that a line takes. */
  static int of(String line) {
    return line.codePoints().map(Columns::of).sum();
  }

  private static int of(int character) {
    return Math.max(0, WCWidth.wcwidth(character));
  }

  /** Cuts the end of a line that takes more columns. */
  static String cut(String line, int columns) {
    return of(line) <= columns ? line : start(line, columns - 1) + CUT;
  }

  /** Cuts the middle of a line that takes more columns, and keeps a third of them at the start. */
  static String cutMiddle(String line, int columns) {
    if (of(line) <= columns) {
      return line;
    }
    int first = (columns - 1) / 3;
    String start = start(line, first);
    String end = end(line, columns - 1 - of(start));
    return start + CUT + end;
  }

  private static String start(String line, int columns) {
    int end = 0;
    int used = 0;
    while (end < line.length() && used + of(line.codePointAt(end)) <= columns) {
      used += of(line.codePointAt(end));
      end += Character.charCount(line.codePointAt(end));
    }
    return line.substring(0, end);
  }

  private static String end(String line, int columns) {
    int start = line.length();
    int used = 0;
    while (start > 0 && used + of(line.codePointBefore(start)) <= columns) {
      used += of(line.codePointBefore(start));
      start -= Character.charCount(line.codePointBefore(start));
    }
    return line.substring(start);
  }
}
