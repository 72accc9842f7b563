package io.braid.math.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The points at which expressions with variables are compared. They are the same in every run: a
 * variable has the same value at the same point in every comparison.
 */
public final class Points {
  /** The ranges that values are sampled from; a formula may be defined only in some of them. */
  private enum Kind {
    SMALL_WHOLE,
    WHOLE,
    LARGE_WHOLE,
    BELOW_ONE,
    POSITIVE,
    ANY
  }

  private static final List<Kind> KINDS =
      List.of(
          Kind.SMALL_WHOLE,
          Kind.ANY,
          Kind.BELOW_ONE,
          Kind.POSITIVE,
          Kind.ANY,
          Kind.SMALL_WHOLE,
          Kind.BELOW_ONE,
          Kind.POSITIVE,
          Kind.ANY,
          Kind.SMALL_WHOLE,
          Kind.BELOW_ONE,
          Kind.ANY);

  /** Step functions change at few whole numbers, so they are compared at many. */
  private static final List<Kind> STEPS =
      Stream.of(
              Collections.nCopies(12, Kind.SMALL_WHOLE),
              Collections.nCopies(28, Kind.WHOLE),
              Collections.nCopies(8, Kind.LARGE_WHOLE))
          .flatMap(List::stream)
          .toList();

  private Points() {}

  /** Returns the points, each with one value per variable. */
  public static List<Map<String, Rational>> of(Set<String> variables) {
    return of(variables, KINDS, 0);
  }

  /** Returns additional points for functions with steps: floors, divisors and maxima. */
  static List<Map<String, Rational>> ofSteps(Set<String> variables) {
    return of(variables, STEPS, KINDS.size());
  }

  private static List<Map<String, Rational>> of(Set<String> variables, List<Kind> kinds, int from) {
    List<Map<String, Rational>> points = new ArrayList<>();
    for (int k = 0; k < kinds.size(); k++) {
      Map<String, Rational> point = new HashMap<>();
      for (String variable : variables) {
        long seed = variable.hashCode() * 1_000_003L + from + k;
        point.put(variable, sample(kinds.get(k), new SplittableRandom(seed)));
      }
      points.add(point);
    }
    return points;
  }

  private static Rational sample(Kind kind, SplittableRandom random) {
    return switch (kind) {
      case SMALL_WHOLE -> Rational.of(random.nextInt(2, 12));
      case WHOLE -> Rational.of(random.nextInt(1, 65));
      case LARGE_WHOLE -> Rational.of(random.nextInt(100, 100_000));
      case BELOW_ONE -> fraction(random.nextInt(1, 97), 101);
      case POSITIVE -> fraction(random.nextInt(100, 2000), 97);
      case ANY -> fraction(random.nextInt(-400, 400), 89);
    };
  }

  private static Rational fraction(long above, long below) {
    return Rational.of(above).dividedBy(Rational.of(below)).orElse(Rational.ONE);
  }
}
