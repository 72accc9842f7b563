package io.braid.task.records;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The lines of a text file, plain or compressed as its name says. */
public final class TextLines {
  private static final Pattern NAME = Pattern.compile("(?i).*\\.txt(\\.gz|\\.zst)?");

  private TextLines() {}

  /**
   * A line.
   *
   * @param number its number, from 1
   * @param text its text without the line break
   */
  public record Line(int number, String text) {}

  /** Returns whether a file name has the extension of a text file. */
  public static boolean isNamed(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Reads the lines that are not blank.
   *
   * @throws io.braid.UserError if the file cannot be read or is not UTF-8
   */
  public static List<Line> read(Path file) {
    List<Line> lines = new ArrayList<>();
    TextFile.read(
        file,
        reader -> {
          int number = 0;
          for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (!line.isBlank()) {
              lines.add(new Line(number, line));
            }
          }
        });
    return lines;
  }
}
