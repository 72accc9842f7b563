package io.braid.math.find;

import io.braid.math.read.WordLists;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the last box of a solution, and the boxes that belong to the same answer. */
final class Boxes {
  private static final WordLists LISTS = WordLists.of(Boxes.class);

  private static final String BOX = "\\boxed{";
  private static final int MOST = 20;
  private static final int LONGEST_LINK = 60;
  private static final Set<String> LINKS = LISTS.set("Boxes.LINKS");

  /** A variable or a function value with an equals sign. */
  private static final Pattern NAMED =
      Pattern.compile("(?<![a-z0-9])[a-z](?: ?_ ?[a-z0-9]{1,3})?(?: [a-z0-9])? ?&?=$");

  private Boxes() {}

  static int lastStart(String text) {
    return text.lastIndexOf(BOX);
  }

  /**
   * Returns the end of the last box, the end of the text if the box is not closed, or -1 if there
   * is no box.
   */
  static int lastEnd(String text) {
    int start = lastStart(text);
    int end = start < 0 ? -1 : closing(text, start, text.length());
    return start >= 0 && end < 0 ? text.length() : end;
  }

  /**
   * Returns the content of the last box. Boxes before it that are linked to it by a comma, "and" or
   * "or" are included, since several boxed answers are a list. The result is empty if there is no
   * box or the last box is not closed.
   *
   * @param open whether an unclosed box extends to the end of the text
   */
  static Optional<String> last(String text, boolean open) {
    int start = lastStart(text);
    if (start < 0) {
      return Optional.empty();
    }
    Optional<String> last = FinalAnswer.boxed(text);
    if (last.isEmpty()) {
      return open ? Optional.of(text.substring(start + BOX.length())) : last;
    }
    Deque<String> held = new ArrayDeque<>(List.of(last.get()));
    int before = start;
    for (int i = 0; i < MOST; i++) {
      Optional<String> linked = linkedBox(text, before);
      if (linked.isEmpty()) {
        break;
      }
      before = text.lastIndexOf(BOX, before - 1);
      held.addFirst(linked.get());
    }
    return Optional.of(held.stream().distinct().collect(Collectors.joining(" \\text{and} ")));
  }

  private static Optional<String> linkedBox(String text, int before) {
    int start = before <= 0 ? -1 : text.lastIndexOf(BOX, before - 1);
    if (start < 0 || before - start > 4 * LONGEST_LINK + BOX.length()) {
      return Optional.empty();
    }
    Optional<String> held = FinalAnswer.boxed(text.substring(start, before));
    int end = held.isEmpty() ? -1 : closing(text, start, before);
    return end >= 0 && linksBoxes(text.substring(end, before)) ? held : Optional.empty();
  }

  /** Returns the position after the closing brace of the box that starts here. */
  private static int closing(String text, int start, int before) {
    int open = 1;
    for (int i = start + BOX.length(); i < before; i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '{' -> open++;
        case '}' -> open--;
        default -> {}
      }
      if (open == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  /** Returns whether two boxes on a line have only a comma, "and", "or" or nothing between them. */
  private static boolean linksBoxes(String between) {
    boolean adjacent = between.indexOf('\n') < 0 && bare(between).isEmpty();
    return adjacent && between.length() <= LONGEST_LINK || isLink(between);
  }

  /**
   * Returns whether the words between two answers end with a comma, "and" or "or". The name of the
   * second answer may follow: {@code and y =}.
   */
  static boolean isLink(String between) {
    if (between.length() > LONGEST_LINK || between.contains("\n\n") || between.contains(". ")) {
      return false;
    }
    String words = NAMED.matcher(bare(between)).replaceFirst("").strip();
    if (words.isEmpty()) {
      return false;
    }
    if (",;、，".indexOf(words.charAt(words.length() - 1)) >= 0) {
      return words.length() == 1;
    }
    String last = words.substring(words.lastIndexOf(' ') + 1);
    return LINKS.contains(last.startsWith(",") ? last.substring(1) : last);
  }

  /** Returns the text in lower case, without TeX's spacing and brackets. */
  private static String bare(String between) {
    return between
        .replace("\\text", " ")
        .replace("\\quad", " ")
        .replace("\\qquad", " ")
        .replaceAll("\\\\[,;!:]", " ")
        .replaceAll("[\\s$(){}\\[\\]\\\\~]+", " ")
        .strip()
        .toLowerCase(Locale.ROOT);
  }
}
