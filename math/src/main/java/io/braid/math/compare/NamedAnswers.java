package io.braid.math.compare;

import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Handles answers with names: {@code x = 1, y = 2} and {@code (x, y) = (1, 2)}. */
final class NamedAnswers {
  private static final Pattern LETTER = Pattern.compile("[a-zA-Z](?:_[0-9])?");

  private NamedAnswers() {}

  /**
   * Returns whether these are values of different names. Names that differ only in their index,
   * such as {@code x_1} and {@code x_2}, may number the answers in any order.
   */
  static boolean haveNames(List<Answer> items) {
    List<String> names = new ArrayList<>();
    for (Answer item : items) {
      if (!(item instanceof Answer.Relation(List<Answer> sides, List<String> signs))
          || !signs.getFirst().equals("=")
          || !(sides.getFirst() instanceof Answer.Value(Expr.Symbol(String name), _, _))) {
        return false;
      }
      names.add(name.replaceAll("_.*", ""));
    }
    return names.size() > 1 && names.stream().distinct().count() == names.size();
  }

  /**
   * Sorts answers by their names, so that {@code x = 1} precedes {@code y = 2}. The result is empty
   * if the answers have no names or the names have no order.
   */
  static Optional<List<Answer>> sorted(List<Answer> items) {
    SortedMap<String, Answer> sorted = new TreeMap<>();
    for (Answer item : items) {
      if (!(item instanceof Answer.Relation(List<Answer> sides, List<String> signs))
          || !signs.getFirst().equals("=")
          || !(sides.getFirst() instanceof Answer.Value(Expr.Symbol(String name), _, _))
          || !LETTER.matcher(name).matches()
          || sorted.put(name, item) != null) {
        return Optional.empty();
      }
    }
    boolean oneCase =
        sorted.isEmpty()
            || Character.isUpperCase(sorted.firstKey().charAt(0))
                == Character.isUpperCase(sorted.lastKey().charAt(0));
    return sorted.size() > 1 && oneCase
        ? Optional.of(List.copyOf(sorted.values()))
        : Optional.empty();
  }

  /**
   * Reorders the values in a tuple of names so that they match the order of the names in the other
   * relation.
   */
  static Optional<Answer> reordered(Answer.Relation relation, Answer.Relation other) {
    Optional<List<Answer>> names = tuple(relation.sides().getFirst());
    Optional<List<Answer>> wanted = tuple(other.sides().getFirst());
    if (names.isEmpty()
        || wanted.isEmpty()
        || names.get().size() != wanted.get().size()
        || !(relation.sides().getLast() instanceof Answer.Tuple values)
        || values.items().size() != names.get().size()) {
      return Optional.empty();
    }
    List<Answer> items = new ArrayList<>();
    for (Answer name : wanted.get()) {
      int place = names.get().indexOf(name);
      if (place < 0) {
        return Optional.empty();
      }
      items.add(values.items().get(place));
    }
    return Optional.of(new Answer.Tuple(values.open(), items, values.close()));
  }

  private static Optional<List<Answer>> tuple(Answer side) {
    return side instanceof Answer.Tuple(_, List<Answer> items, _)
        ? Optional.of(items)
        : Optional.empty();
  }

  /** Returns whether consecutive letters of the alphabet are out of order, as in {@code (y,x)}. */
  static boolean areReordered(Answer answer) {
    if (!(answer instanceof Answer.Relation(List<Answer> sides, _))
        || !(sides.getFirst() instanceof Answer.Tuple(_, List<Answer> items, _))) {
      return false;
    }
    StringBuilder letters = new StringBuilder();
    for (Answer item : items) {
      if (!(item instanceof Answer.Value(_, String text, _)) || text.length() != 1) {
        return false;
      }
      letters.append(text);
    }
    int[] sorted = letters.chars().sorted().toArray();
    boolean consecutive = sorted[sorted.length - 1] - sorted[0] == sorted.length - 1;
    return consecutive && !letters.toString().equals(new String(sorted, 0, sorted.length));
  }
}
