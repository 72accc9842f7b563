package io.braid.math.read;

import io.braid.math.value.Expr;
import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Computes sums and products of matrices entry by entry, so that one matrix is left. */
final class MatrixAlgebra {
  private static final int MOST_ENTRIES = 100;

  private MatrixAlgebra() {}

  /** Returns the expression as one matrix; unchanged if it contains none. */
  static Expr simplified(Expr expr) throws UnreadableException {
    if (!holdsMatrix(expr)) {
      return expr;
    }
    return switch (expr) {
      case Expr.Matrix matrix -> plain(matrix);
      case Expr.Negative(Expr of) -> scaled(Expr.Num.of(-1), simplified(of));
      case Expr.Quotient(Expr above, Expr below) ->
          scaled(new Expr.Quotient(Expr.Num.of(1), below), simplified(above));
      case Expr.Product(List<Expr> factors) -> product(factors);
      case Expr.Sum(List<Expr> terms) -> sum(terms);
      case Expr.Power(Expr base, Expr.Num(Rational power, _, _)) -> power(base, power);
      default -> throw new UnreadableException("a matrix within a formula");
    };
  }

  private static boolean holdsMatrix(Expr expr) {
    return expr instanceof Expr.Matrix
        || expr.parts().stream().anyMatch(MatrixAlgebra::holdsMatrix);
  }

  private static Expr plain(Expr.Matrix matrix) throws UnreadableException {
    boolean nested = matrix.parts().stream().anyMatch(MatrixAlgebra::holdsMatrix);
    if (nested || matrix.parts().size() > MOST_ENTRIES) {
      throw new UnreadableException("a matrix that is too large");
    }
    return matrix;
  }

  private static Expr scaled(Expr factor, Expr matrix) throws UnreadableException {
    if (!(matrix instanceof Expr.Matrix(List<List<Expr>> rows)) || holdsMatrix(factor)) {
      throw new UnreadableException("a matrix within a formula");
    }
    return new Expr.Matrix(
        rows.stream()
            .map(row -> row.stream().<Expr>map(e -> new Expr.Product(List.of(factor, e))).toList())
            .toList());
  }

  private static Expr product(List<Expr> factors) throws UnreadableException {
    Expr result = simplified(factors.getFirst());
    for (Expr factor : factors.subList(1, factors.size())) {
      Expr next = simplified(factor);
      if (result instanceof Expr.Matrix left && next instanceof Expr.Matrix right) {
        result = product(left, right);
      } else if (next instanceof Expr.Matrix) {
        result = scaled(result, next);
      } else if (result instanceof Expr.Matrix) {
        result = scaled(next, result);
      } else {
        result = new Expr.Product(List.of(result, next));
      }
    }
    return result;
  }

  private static Expr power(Expr base, Rational power) throws UnreadableException {
    boolean small = power.isWhole() && power.signum() > 0 && power.numerator().bitLength() <= 3;
    if (!small) {
      throw new UnreadableException("a power of a matrix");
    }
    return product(Collections.nCopies(power.numerator().intValueExact(), base));
  }

  private static Expr product(Expr.Matrix left, Expr.Matrix right) throws UnreadableException {
    if (left.columns() != right.rows().size()
        || left.parts().stream().anyMatch(e -> size(e) > 50)) {
      throw new UnreadableException("a product of matrices");
    }
    List<List<Expr>> rows = new ArrayList<>();
    for (List<Expr> row : left.rows()) {
      List<Expr> entries = new ArrayList<>();
      for (int column = 0; column < right.columns(); column++) {
        List<Expr> terms = new ArrayList<>();
        for (int k = 0; k < row.size(); k++) {
          terms.add(new Expr.Product(List.of(row.get(k), right.rows().get(k).get(column))));
        }
        entries.add(new Expr.Sum(terms));
      }
      rows.add(entries);
    }
    return plain(new Expr.Matrix(rows));
  }

  private static int size(Expr expr) {
    int size = 1;
    for (Expr part : expr.parts()) {
      size += size(part);
    }
    return size;
  }

  private static Expr sum(List<Expr> terms) throws UnreadableException {
    if (!(simplified(terms.getFirst()) instanceof Expr.Matrix first)) {
      throw new UnreadableException("a matrix within a formula");
    }
    Expr.Matrix result = first;
    for (Expr term : terms.subList(1, terms.size())) {
      if (!(simplified(term) instanceof Expr.Matrix next)
          || next.rows().size() != result.rows().size()
          || next.columns() != result.columns()) {
        throw new UnreadableException("a sum of matrices");
      }
      result = sum(result, next);
    }
    return result;
  }

  private static Expr.Matrix sum(Expr.Matrix a, Expr.Matrix b) {
    List<List<Expr>> rows = new ArrayList<>();
    for (int i = 0; i < a.rows().size(); i++) {
      List<Expr> row = new ArrayList<>();
      for (int j = 0; j < a.columns(); j++) {
        row.add(new Expr.Sum(List.of(a.rows().get(i).get(j), b.rows().get(i).get(j))));
      }
      rows.add(row);
    }
    return new Expr.Matrix(rows);
  }
}
