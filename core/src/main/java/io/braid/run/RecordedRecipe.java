package io.braid.run;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The recipe that a run keeps in its directory; the run can be resumed with that recipe only. */
public final class RecordedRecipe {
  /** The line of {@code asking.date}, up to its value. */
  public static final String DATE = "  date: ";

  /** The line of {@code asking.date} if the recipe sets none. */
  public static final String NO_DATE = DATE + "null";

  private RecordedRecipe() {}

  /**
   * Rejects resuming with a recipe other than the one that the run began with. Comments may differ,
   * and a date may have been recorded if the recipe sets none.
   *
   * @param file the recorded recipe
   * @param recipe the recipe given now, as YAML
   * @throws UserError if the recipes differ; the message shows the first line that differs
   */
  public static void refuseAnother(Path file, String recipe) {
    try {
      List<Line> before = settings(Files.readString(file));
      List<Line> now = settings(recipe);
      for (int i = 0; i < Math.max(before.size(), now.size()); i++) {
        Line was = i < before.size() ? before.get(i) : new Line(before.size(), "");
        String is = i < now.size() ? now.get(i).text : "";
        if (!was.text.equals(is) && !isRecordedDate(was.text, is)) {
          throw new UserError(
              "%s:%d: the run began with \"%s\", the recipe now says \"%s\"; resume with the recipe it began with, or start another run with another --out"
                  .formatted(file, was.number, was.text.strip(), is.strip()));
        }
      }
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  /**
   * Returns whether the lines differ only because the recipe sets no date and the run recorded the
   * date of its first day.
   */
  private static boolean isRecordedDate(String was, String is) {
    return is.equals(NO_DATE) && was.startsWith(DATE);
  }

  /** A line of a recipe; lines count from 1. */
  private record Line(int number, String text) {}

  /** Returns the lines without comments, whose wording may change. */
  private static List<Line> settings(String recipe) {
    String[] lines = recipe.split("\\R");
    return IntStream.range(0, lines.length)
        .filter(i -> !lines[i].strip().startsWith("#"))
        .mapToObj(i -> new Line(i + 1, lines[i]))
        .toList();
  }
}
