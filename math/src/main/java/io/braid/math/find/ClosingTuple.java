package io.braid.math.find;

import io.braid.math.read.AnswerReader;
import io.braid.math.read.NormalisedText;
import io.braid.math.value.Answer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Finds a point or an interval in plain brackets at the end of a text, {@code so it is (2,3).} */
final class ClosingTuple {
  private static final int LONGEST = 200;
  private static final int MOST = 20;

  private ClosingTuple() {}

  /**
   * Returns the tuple, including the tuples before it that are linked to it by a comma, "and" or
   * "or".
   */
  static Optional<String> of(String text) {
    int end = text.length();
    while (end > 0 && ". *\n。".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    Deque<String> tuples = new ArrayDeque<>();
    int start = start(text, end);
    while (start >= 0 && tuples.size() < MOST) {
      tuples.addFirst(text.substring(start, end));
      int before = Math.max(text.lastIndexOf(')', start), text.lastIndexOf(']', start)) + 1;
      boolean linked = before > 0 && Boxes.isLink(text.substring(before, start));
      end = linked ? before : 0;
      start = linked ? start(text, end) : -1;
    }
    return tuples.isEmpty() ? Optional.empty() : Optional.of(String.join(" \\text{and} ", tuples));
  }

  /** Returns the start of the tuple that ends here, or -1. */
  private static int start(String text, int end) {
    if (end == 0 || ")]".indexOf(text.charAt(end - 1)) < 0) {
      return -1;
    }
    int depth = 0;
    for (int i = end - 1; i >= 0 && i > end - LONGEST; i--) {
      char c = text.charAt(i);
      if (c == '\\' || c == '$') {
        return -1;
      }
      depth += ")]".indexOf(c) >= 0 ? 1 : "([".indexOf(c) >= 0 ? -1 : 0;
      if (depth == 0) {
        return isTuple(text, i, end) ? i : -1;
      }
    }
    return -1;
  }

  private static boolean isTuple(String text, int start, int end) {
    String held = text.substring(start, end);
    char before = start == 0 ? ' ' : text.charAt(start - 1);
    boolean apart = before > 0x2000 || Character.isWhitespace(before) || before == '*';
    return apart
        && !Prose.is(held)
        && held.chars().anyMatch(Character::isDigit)
        && AnswerReader.read(NormalisedText.of(held)) instanceof Answer.Tuple;
  }
}
