package io.braid.math.compare;

import io.braid.math.read.Units;
import io.braid.math.read.WordText;
import io.braid.math.value.Answer;
import io.braid.math.value.Equivalence;
import io.braid.math.value.Expr;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Detects pairs of values whose forms differ in a way that matters although the values are equal.
 */
final class ValueForm {
  private static final Pattern CAPITALS = Pattern.compile("[A-Z]{2,}");
  private static final Pattern MATRIX = Pattern.compile("matrix|array");
  private static final Pattern RAISED_MATRIX = Pattern.compile("(?:matrix|array)[)\\]}]*\\^");

  private ValueForm() {}

  /**
   * Returns the reason why the answer differs from the reference regardless of its value; empty if
   * there is none.
   */
  static Optional<String> difference(Answer.Value gold, Answer.Value given) {
    boolean letters =
        CAPITALS.matcher(gold.text()).matches() && CAPITALS.matcher(given.text()).matches();
    if (letters && !gold.text().equals(given.text())) {
      return Optional.of("other letters, or in another order");
    }
    if (gold.expr() instanceof Expr.Based(String a, _)
        && given.expr() instanceof Expr.Based(String b, _)
        && !a.equals(b)) {
      return Optional.of("other digits, or in another base");
    }
    if (isSmallPercentage(given, gold)) {
      return Optional.of("less than one percent");
    }
    return units(gold, given);
  }

  /**
   * Returns whether the percentage is below one percent: {@code 28\%} may mean 28, but {@code
   * 0.28\%} does not mean 0.28.
   */
  private static boolean isSmallPercentage(Answer.Value percent, Answer.Value number) {
    boolean inWords = Units.canonical(percent.unit()).equals("percent");
    Expr of = percent.expr() instanceof Expr.Percent(Expr held) ? held : percent.expr();
    return (inWords || percent.expr() instanceof Expr.Percent)
        && !(number.expr() instanceof Expr.Percent)
        && !Units.canonical(number.unit()).equals("percent")
        && Equivalence.real(of).filter(value -> Math.abs(value) < 1).isPresent()
        && Equivalence.equal(of, number.expr());
  }

  private static Optional<String> units(Answer.Value gold, Answer.Value given) {
    String left = scale(gold);
    String right = scale(given);
    if (!left.isEmpty() && !right.isEmpty() && !left.equals(right)) {
      return Optional.of("another scale");
    }
    boolean mixed = isAngle(gold, given) || isAngle(given, gold);
    if (mixed && !Equivalence.equal(gold.expr(), given.expr())) {
      return Optional.of("degrees are not radians");
    }
    boolean same = WordText.key(gold.unit()).equals(WordText.key(given.unit()));
    return same || Units.isClean(given.unit())
        ? Optional.empty()
        : Optional.of("more than a unit: " + given.unit());
  }

  private static boolean isAngle(Answer.Value degrees, Answer.Value radians) {
    return degrees.expr() instanceof Expr.Degrees
        && Units.canonical(radians.unit()).startsWith("radian");
  }

  /** Returns the temperature scale, {@code C} or {@code F}, or an empty string. */
  private static String scale(Answer.Value value) {
    if (value.expr() instanceof Expr.Product(List<Expr> factors)
        && factors.size() == 2
        && factors.getFirst() instanceof Expr.Degrees
        && factors.getLast() instanceof Expr.Symbol(String name)) {
      return name;
    }
    String unit = WordText.key(value.unit()).replaceAll("degrees? ?", "");
    return unit.matches("c|celsius") ? "C" : unit.matches("f|fahrenheit") ? "F" : "";
  }

  /** Returns whether the answer is a product or power of matrices that has not been computed. */
  static boolean isUnworkedMatrix(Answer.Value gold, Answer.Value given) {
    return given.expr() instanceof Expr.Matrix
        && (matrices(given.text()) > matrices(gold.text())
            || RAISED_MATRIX.matcher(given.text()).find());
  }

  /** Returns whether a value is a matrix without a factor before it. */
  static boolean isBareMatrix(Answer.Value value) {
    return value.expr() instanceof Expr.Matrix
        && MATRIX.matcher(value.text().substring(0, Math.min(14, value.text().length()))).find();
  }

  private static int matrices(String text) {
    int count = 0;
    Matcher matcher = MATRIX.matcher(text);
    while (matcher.find()) {
      count++;
    }
    return count;
  }
}
