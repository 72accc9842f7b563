package io.braid.task;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A brute-force search over every tree and every order of the numbers. */
record NaiveSearch(List<Integer> numbers) {
  static final long PRIME = (1L << 31) - 1;

  List<Expression> everything() {
    List<Expression> all = new ArrayList<>();
    for (List<Integer> order : orders(numbers)) {
      all.addAll(trees(order));
    }
    return all;
  }

  Map<Integer, Set<String>> keysByTarget(Counting counting, int least, int most) {
    Map<Integer, Set<String>> keys = new TreeMap<>();
    for (Expression expression : everything()) {
      boolean allowed =
          counting.intermediates() == Intermediates.ANY || partsAreWholeAndPositive(expression);
      if (allowed && expression.value().isPresent()) {
        expression.value().get().asInt().stream()
            .filter(value -> least <= value && value <= most)
            .forEach(value ->
                keys.computeIfAbsent(value, _ -> new HashSet<>())
                    .add(counting.sameness().key(expression)));
      }
    }
    return keys;
  }

  private static boolean partsAreWholeAndPositive(Expression expression) {
    return expression.value().filter(value -> value.isWhole() && value.signum() > 0).isPresent()
        && (!(expression instanceof Expression.Binary(Operator _, Expression a, Expression b))
            || (partsAreWholeAndPositive(a) && partsAreWholeAndPositive(b)));
  }

  private static Set<List<Integer>> orders(List<Integer> numbers) {
    if (numbers.isEmpty()) {
      return Set.of(List.of());
    }
    Set<List<Integer>> orders = new HashSet<>();
    for (int i = 0; i < numbers.size(); i++) {
      List<Integer> others = new ArrayList<>(numbers);
      Integer first = others.remove(i);
      for (List<Integer> rest : orders(others)) {
        List<Integer> order = new ArrayList<>(rest);
        order.addFirst(first);
        orders.add(order);
      }
    }
    return orders;
  }

  private static List<Expression> trees(List<Integer> order) {
    if (order.size() == 1) {
      return List.of(new Expression.Literal(order.getFirst()));
    }
    List<Expression> trees = new ArrayList<>();
    for (int cut = 1; cut < order.size(); cut++) {
      for (Expression left : trees(order.subList(0, cut))) {
        for (Expression right : trees(order.subList(cut, order.size()))) {
          for (Operator operator : Operator.values()) {
            trees.add(new Expression.Binary(operator, left, right));
          }
        }
      }
    }
    return trees;
  }

  /**
   * The value in the field of {@link #PRIME} elements, with point(n) substituted for the number n.
   */
  static long atPoint(Expression expression, Map<Integer, Long> point) {
    return switch (expression) {
      case Expression.Literal(int number) -> point.getOrDefault(number, 0L);
      case Expression.Binary(Operator operator, Expression left, Expression right) -> {
        long a = atPoint(left, point);
        long b = atPoint(right, point);
        yield switch (operator) {
          case ADD -> (a + b) % PRIME;
          case SUBTRACT -> (a - b + PRIME) % PRIME;
          case MULTIPLY -> a * b % PRIME;
          case DIVIDE -> a * inverse(b) % PRIME;
        };
      }
    };
  }

  /** By Fermat's little theorem, b to the power PRIME − 2. */
  private static long inverse(long b) {
    long result = 1;
    long power = b;
    for (long exponent = PRIME - 2; exponent > 0; exponent >>= 1) {
      if ((exponent & 1) == 1) {
        result = result * power % PRIME;
      }
      power = power * power % PRIME;
    }
    return result;
  }
}
