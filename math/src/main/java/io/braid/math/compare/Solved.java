package io.braid.math.compare;

import io.braid.math.read.WordLists;
import io.braid.math.value.Answer;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Expr;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Determines whether an answer gives a value or is still to be solved: {@code |x - 2| ≤ 5} may be
 * the question, but {@code -3 ≤ x ≤ 7} is an answer.
 */
final class Solved {
  private static final WordLists LISTS = WordLists.of(Solved.class);

  private static final Set<String> INEQUALITIES = LISTS.set("Solved.INEQUALITIES");

  private Solved() {}

  /** Returns whether a reference is solved. If it is, answers must be solved too. */
  static boolean isSolved(Answer gold) {
    return switch (gold) {
      case Answer.Relation relation ->
          isInequality(relation)
              ? lone(relation).filter(name -> isBounded(relation, name)).isPresent()
              : Equations.value(relation).filter(Solved::isConstant).isPresent();
      case Answer.Listing(List<Answer> items, _) -> items.stream().allMatch(Solved::isSolved);
      case Answer.Combined(List<Answer> parts, _) -> parts.stream().allMatch(Solved::isSolved);
      default -> true;
    };
  }

  /** Returns whether an answer contains a relation that is not solved. */
  static boolean isOpen(Answer given) {
    return switch (given) {
      case Answer.Relation relation ->
          isInequality(relation)
              ? lone(relation).isEmpty()
              : Equations.value(relation, true).isEmpty();
      case Answer.Listing(List<Answer> items, _) -> items.stream().anyMatch(Solved::isOpen);
      case Answer.Combined(List<Answer> parts, _) -> parts.stream().anyMatch(Solved::isOpen);
      default -> false;
    };
  }

  /** Returns whether all relations are inequalities that are linear in each variable. */
  static boolean isLinear(Answer given) {
    return switch (given) {
      case Answer.Relation relation ->
          isInequality(relation) && relation.sides().stream().allMatch(Solved::isLinearSide);
      case Answer.Listing(List<Answer> items, _) -> items.stream().allMatch(Solved::isLinear);
      case Answer.Combined(List<Answer> parts, _) -> parts.stream().allMatch(Solved::isLinear);
      default -> true;
    };
  }

  private static boolean isInequality(Answer.Relation relation) {
    return INEQUALITIES.containsAll(relation.signs());
  }

  /** Returns the side that is a name and does not occur in any other side. */
  private static Optional<Answer> lone(Answer.Relation relation) {
    return relation.sides().stream()
        .filter(Equations::isName)
        .filter(name ->
            relation.sides().stream()
                .filter(side -> side != name)
                .noneMatch(side -> share(side, name)))
        .findFirst();
  }

  private static boolean share(Answer side, Answer name) {
    Set<String> common = variables(side);
    common.retainAll(variables(name));
    return !common.isEmpty();
  }

  private static Set<String> variables(Answer side) {
    return side instanceof Answer.Value(Expr expr, _, _)
        ? Equivalence.variables(expr)
        : new HashSet<>();
  }

  private static boolean isBounded(Answer.Relation relation, Answer name) {
    return relation.sides().stream().filter(side -> side != name).allMatch(Solved::isConstant);
  }

  private static boolean isConstant(Answer side) {
    return !(side instanceof Answer.Value) || variables(side).isEmpty();
  }

  private static boolean isLinearSide(Answer side) {
    return side instanceof Answer.Value(Expr expr, _, _) && isLinear(expr);
  }

  private static boolean isLinear(Expr expr) {
    if (expr instanceof Expr.Symbol || Equivalence.variables(expr).isEmpty()) {
      return true;
    }
    return switch (expr) {
      case Expr.Sum(List<Expr> terms) -> terms.stream().allMatch(Solved::isLinear);
      case Expr.Negative(Expr of) -> isLinear(of);
      case Expr.Quotient(Expr above, Expr below) ->
          isLinear(above) && Equivalence.variables(below).isEmpty();
      case Expr.Product(List<Expr> factors) ->
          factors.stream().allMatch(Solved::isLinear)
              && factors.stream().filter(f -> !Equivalence.variables(f).isEmpty()).count() < 2;
      default -> false;
    };
  }
}
