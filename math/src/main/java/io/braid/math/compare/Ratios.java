package io.braid.math.compare;

import static io.braid.math.compare.Comparison.EQUAL;
import static io.braid.math.compare.Comparison.different;

import io.braid.math.value.Answer;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Expr;
import java.util.List;

/** Compares ratios: {@code 3:5} equals {@code 6:10} and, in the lenient comparison, {@code 3/5}. */
final class Ratios {
  private Ratios() {}

  /** Compares a ratio with an answer; the outcome is never undecided. */
  static Comparison compare(Answer.Ratio gold, Answer given, boolean lenient) {
    if (given instanceof Answer.Ratio(List<Expr> terms, boolean clock, String unit)) {
      boolean units = unit.isEmpty() || gold.unit().isEmpty() || unit.equals(gold.unit());
      boolean written = terms.size() == gold.terms().size() && pairwise(gold.terms(), terms);
      boolean time = clock && gold.clock() || !(unit + gold.unit()).isEmpty();
      boolean proportional = !time && proportional(gold.terms(), terms);
      return units && (written || proportional) ? EQUAL : different("another ratio");
    }
    if (given instanceof Answer.Value(Expr expr, _, _) && gold.terms().size() == 2 && lenient) {
      Expr quotient = new Expr.Quotient(gold.terms().getFirst(), gold.terms().getLast());
      return Equivalence.equal(quotient, expr) ? EQUAL : different("another ratio");
    }
    return different("not a ratio");
  }

  private static boolean pairwise(List<Expr> a, List<Expr> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!Equivalence.equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean proportional(List<Expr> a, List<Expr> b) {
    if (a.size() != b.size()) {
      return false;
    }
    Expr zero = Expr.Num.of(0);
    for (int i = 0; i < a.size(); i++) {
      Expr cross = new Expr.Product(List.of(a.get(i), b.getFirst()));
      Expr other = new Expr.Product(List.of(b.get(i), a.getFirst()));
      if (Equivalence.equal(a.get(i), zero) || !Equivalence.equal(cross, other)) {
        return false;
      }
    }
    return true;
  }
}
