package io.braid.math.compare;

import io.braid.math.value.Equivalence;
import io.braid.math.value.Exact;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Operation;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Distinguishes an answer from an unfinished calculation: {@code 140/5} is not accepted for 28. An
 * answer may leave a step undone if the reference leaves it undone too.
 */
final class Work {
  /** The functions that an answer must always have evaluated. */
  private static final Set<Operation> ARITHMETIC =
      EnumSet.of(
          Operation.ABS,
          Operation.FLOOR,
          Operation.CEIL,
          Operation.GCD,
          Operation.LCM,
          Operation.MAX,
          Operation.MIN);

  private Work() {}

  /**
   * Returns the step that is still to be done, in a few words; empty if there is none.
   *
   * <p>The lenient comparison rejects answers with unfinished arithmetic on plain numbers or like
   * roots, and answers with a function if the reference is a plain number. The strict comparison
   * rejects every unfinished step that {@link Steps} knows.
   */
  static Optional<String> undone(Expr gold, Expr given, boolean lenient) {
    boolean formula = !isConstant(given) || !isConstant(gold);
    if (given instanceof Expr.Matrix) { // its entries are compared one by one
      boolean factors = holdsFactors(given) && !holdsFactors(gold);
      return factors ? Optional.of("not worked out: numbers to be multiplied") : Optional.empty();
    }
    if (lenient && formula) {
      return Optional.empty();
    }
    Steps done = Steps.of(gold, formula);
    Steps left = Steps.of(given, formula);
    Set<Operation> functions = EnumSet.noneOf(Operation.class);
    functions.addAll(left.functions());
    functions.removeAll(done.functions());
    if (lenient && Exact.value(gold).isEmpty()) {
      functions.retainAll(ARITHMETIC);
    }
    if (!functions.isEmpty()) {
      return Optional.of("not worked out: " + name(functions.iterator().next()));
    }
    boolean shape = done.functions().isEmpty() && Decimal.of(gold).isEmpty();
    return left.counts().entrySet().stream()
        .filter(step -> step.getValue() > done.counts().getOrDefault(step.getKey(), 0))
        .map(step -> step.getKey().kind())
        .filter(kind -> lenient ? kind.always() : shape || !kind.ofShape())
        .min(Comparator.naturalOrder()) // the same reason in each run
        .map(kind -> "not worked out: " + kind.what());
  }

  /**
   * Returns whether an entry of a matrix is a product of whole numbers, {@code 2 (2 3)} for {@code
   * (4 6)}.
   */
  private static boolean holdsFactors(Expr matrix) {
    return matrix.parts().stream()
        .anyMatch(entry ->
            entry instanceof Expr.Product(List<Expr> factors)
                && factors.size() > 1
                && factors.stream().allMatch(Steps::isWhole));
  }

  static boolean isConstant(Expr expr) {
    return Equivalence.variables(expr).isEmpty();
  }

  private static String name(Operation operation) {
    return operation.name().toLowerCase(java.util.Locale.ROOT);
  }
}
