package io.braid;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name closest to a mistyped one, for "did you mean" in error messages. */
public final class Nearest {
  private static final int LONGEST_NAME = 64;

  private Nearest() {}

  /**
   * Returns the known name closest to the given one, if it is close enough to be a typing error: at
   * most one edit per three letters of the longer name, with at least one edit allowed. An edit
   * inserts, removes or changes a letter or swaps two adjacent letters (the optimal string
   * alignment distance, a form of the Damerau–Levenshtein distance). Case is ignored.
   *
   * @param given the user's input
   * @param known the known names; the first of several equally close names is returned
   * @return the closest name, or empty if none is close enough
   */
  public static Optional<String> to(String given, Collection<String> known) {
    if (given.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    return known.stream()
        .filter(name -> name.length() <= LONGEST_NAME)
        .filter(name -> distance(given, name) <= allowedEdits(given, name))
        .min(Comparator.comparingInt(name -> distance(given, name)));
  }

  private static int allowedEdits(String given, String name) {
    return Math.max(1, Math.max(given.length(), name.length()) / 3);
  }

  private static int distance(String given, String name) {
    String a = given.toLowerCase(Locale.ROOT);
    String b = name.toLowerCase(Locale.ROOT);
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    Arrays.setAll(edits[0], j -> j);
    for (int i = 1; i <= a.length(); i++) {
      edits[i][0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int fewest = edits[i - 1][j - 1] + changed;
        fewest = Math.min(fewest, edits[i - 1][j] + 1);
        fewest = Math.min(fewest, edits[i][j - 1] + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          fewest = Math.min(fewest, edits[i - 2][j - 2] + 1);
        }
        edits[i][j] = fewest;
      }
    }
    return edits[a.length()][b.length()];
  }
}
