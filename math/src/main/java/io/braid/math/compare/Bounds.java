package io.braid.math.compare;

import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import java.util.List;
import java.util.Optional;

/** Reads inequalities as intervals, with their ends as written. */
final class Bounds {
  private static final Answer INFINITY = new Answer.Value(Expr.Constant.INFINITY, "\\infty", "");
  private static final Answer BELOW_ALL =
      new Answer.Value(new Expr.Negative(Expr.Constant.INFINITY), "-\\infty", "");

  private Bounds() {}

  /**
   * Returns the interval that {@code a ≤ x < b} or {@code x < b} describes, where x is a name. An
   * answer that is an interval is returned unchanged.
   */
  static Optional<Answer.Tuple> of(Answer answer) {
    return switch (answer) {
      case Answer.Tuple tuple when isInterval(tuple) -> Optional.of(tuple);
      case Answer.Relation(List<Answer> sides, List<String> signs)
          when signs.equals(List.of("∈"))
              && Equations.isName(sides.getFirst())
              && sides.getLast() instanceof Answer.Tuple tuple
              && isInterval(tuple) ->
          Optional.of(tuple);
      case Answer.Relation(List<Answer> sides, List<String> signs) when signs.size() == 2 ->
          between(sides, signs);
      case Answer.Relation(List<Answer> sides, List<String> signs) when signs.size() == 1 ->
          beside(sides.getFirst(), signs.getFirst(), sides.getLast());
      default -> Optional.empty();
    };
  }

  /**
   * Returns the calculation step that an end of the interval leaves undone although the reference's
   * ends are worked out; empty if there is none.
   */
  static Optional<String> undone(Answer gold, Answer given, boolean lenient) {
    Optional<Answer.Tuple> left = of(gold);
    Optional<Answer.Tuple> right = left.isEmpty() ? left : of(given);
    if (left.isEmpty() || right.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      if (left.get().items().get(i) instanceof Answer.Value(Expr a, _, _)
          && right.get().items().get(i) instanceof Answer.Value(Expr b, _, _)
          && Work.undone(a, b, lenient).isPresent()) {
        return Work.undone(a, b, lenient);
      }
    }
    return Optional.empty();
  }

  private static boolean isInterval(Answer.Tuple tuple) {
    return tuple.items().size() == 2 && "([".contains(tuple.open()) && ")]".contains(tuple.close());
  }

  private static Optional<Answer.Tuple> between(List<Answer> sides, List<String> signs) {
    boolean rising = signs.stream().allMatch(sign -> "<≤".contains(sign));
    boolean falling = signs.stream().allMatch(sign -> ">≥".contains(sign));
    if (!rising && !falling || !Equations.isName(sides.get(1))) {
      return Optional.empty();
    }
    return Optional.of(
        rising
            ? interval(sides.getFirst(), signs.getFirst(), signs.getLast(), sides.getLast())
            : interval(sides.getLast(), signs.getLast(), signs.getFirst(), sides.getFirst()));
  }

  private static Optional<Answer.Tuple> beside(Answer left, String sign, Answer right) {
    if (!"<>≤≥".contains(sign) || Equations.isName(left) == Equations.isName(right)) {
      return Optional.empty();
    }
    boolean below = "<≤".contains(sign) == Equations.isName(left);
    Answer end = Equations.isName(left) ? right : left;
    return Optional.of(
        below ? interval(BELOW_ALL, "<", sign, end) : interval(end, sign, "<", INFINITY));
  }

  private static Answer.Tuple interval(Answer low, String open, String close, Answer high) {
    return new Answer.Tuple(
        "≤≥".contains(open) ? "[" : "(", List.of(low, high), "≤≥".contains(close) ? "]" : ")");
  }
}
