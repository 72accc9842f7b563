package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The operators, with Python's meaning. */
final class Operators {
  private Operators() {}

  static Value apply(String operator, Value left, Value right) {
    defined(left);
    defined(right);
    return switch (operator) {
      case "+" -> add(left, right);
      case "*" -> multiply(left, right);
      case "%" ->
          left instanceof Value.Text(String format, _)
              ? new Value.Text(Formatting.percent(format, right))
              : arithmetic(operator, left, right);
      default -> arithmetic(operator, left, right);
    };
  }

  private static Value add(Value left, Value right) {
    if (left instanceof Value.Text(String a, boolean first)
        && right instanceof Value.Text(String b, boolean second)) {
      if (first || second) {
        return Html.joined(left, right);
      }
      return new Value.Text(new TextBuilder().append(a).append(b).toString());
    }
    if (left instanceof Items a && right instanceof Items b && a.sort() == b.sort() && plain(a)) {
      List<Value> all = new ArrayList<>(a.values());
      all.addAll(b.values());
      return new Items(a.sort(), all);
    }
    return arithmetic("+", left, right);
  }

  private static boolean plain(Items items) {
    return items.sort() == Items.Kind.LIST || items.sort() == Items.Kind.TUPLE;
  }

  private static Value multiply(Value left, Value right) {
    if (isWhole(left) && (right instanceof Value.Text || right instanceof Items)) {
      return multiply(right, left);
    }
    if (left instanceof Value.Text(String text, boolean markup) && isWhole(right)) {
      long times = Math.max(0, whole(right, "a count"));
      if (times > 0 && text.length() > Limits.TEXT / times) {
        throw Limits.exceeded("a text grows", Limits.TEXT);
      }
      return new Value.Text(text.repeat((int) times), markup);
    }
    if (left instanceof Items items && plain(items) && isWhole(right)) {
      long times = Math.max(0, whole(right, "a count"));
      Work.spend(items.values().size() * Math.min(times, Limits.WORK));
      List<Value> all = new ArrayList<>();
      Collections.nCopies((int) times, items.values()).forEach(all::addAll);
      return new Items(items.sort(), all);
    }
    return arithmetic("*", left, right);
  }

  private static Value arithmetic(String operator, Value left, Value right) {
    if (!isNumber(left) || !isNumber(right)) {
      throw new Refusal(
          "'%s' does not work on %s and %s".formatted(operator, left.kind(), right.kind()));
    }
    try {
      return isWhole(left) && isWhole(right) && !operator.equals("/")
          ? wholes(operator, whole(left, ""), whole(right, ""))
          : reals(operator, real(left), real(right));
    } catch (ArithmeticException e) {
      throw new Refusal("'%s' divides by zero or exceeds 64 bits".formatted(operator));
    }
  }

  private static Value wholes(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> new Value.Whole(Math.addExact(a, b));
      case "-" -> new Value.Whole(Math.subtractExact(a, b));
      case "*" -> new Value.Whole(Math.multiplyExact(a, b));
      case "//" -> new Value.Whole(Math.floorDivExact(a, b));
      case "%" -> new Value.Whole(Math.floorMod(a, b));
      case "**" ->
          b < 0
              ? reals(operator, (double) a, (double) b)
              : new Value.Whole(Math.powExact(a, exponent(b)));
      default -> throw new Refusal("the operator '" + operator + "' is not supported");
    };
  }

  private static int exponent(long value) {
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  private static Value reals(String operator, double a, double b) {
    if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new ArithmeticException();
    }
    return new Value.Real(
        switch (operator) {
          case "+" -> a + b;
          case "-" -> a - b;
          case "*" -> a * b;
          case "/" -> a / b;
          case "//" -> Math.floor((a - remainder(a, b)) / b + 0.5);
          case "%" -> remainder(a, b);
          case "**" -> Math.pow(a, b);
          default -> throw new Refusal("the operator '" + operator + "' is not supported");
        });
  }

  /** Returns the remainder with the sign of the divisor. */
  private static double remainder(double a, double b) {
    double remainder = a % b;
    boolean otherSign = (remainder < 0) != (b < 0);
    return remainder != 0 && otherSign ? remainder + b : remainder;
  }

  static Value negate(Value value) {
    return isWhole(value)
        ? arithmetic("-", new Value.Whole(0), value)
        : arithmetic("*", new Value.Whole(-1), defined(value));
  }

  static Value plus(Value value) {
    return arithmetic("+", new Value.Whole(0), defined(value));
  }

  static boolean compare(String operator, Value left, Value right) {
    return switch (operator) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      case "<" -> order(left, right) < 0;
      case "<=" -> order(left, right) <= 0;
      case ">" -> order(left, right) > 0;
      case ">=" -> order(left, right) >= 0;
      default -> throw new Refusal("the operator '" + operator + "' is not supported");
    };
  }

  static boolean equal(Value left, Value right) {
    Work.spend(1);
    if (left == right) {
      return !(left instanceof Value.Real(double r) && Double.isNaN(r));
    }
    if (isNumber(left) && isNumber(right)) {
      boolean exact = isWhole(left) && isWhole(right);
      return exact ? whole(left, "") == whole(right, "") : real(left) == real(right);
    }
    return switch (left) {
      case Value.Undefined u -> right instanceof Value.Undefined;
      case Value.Text(String a, _) -> right instanceof Value.Text(String b, _) && equal(a, b);
      case Items a -> right instanceof Items b && a.sort() == b.sort() && equal(a, b);
      case Table a -> right instanceof Table b && equal(a, b);
      default -> false;
    };
  }

  private static boolean equal(String a, String b) {
    Work.spendOn(a);
    return a.equals(b);
  }

  private static boolean equal(Items a, Items b) {
    if (a.values().size() != b.values().size()) {
      return false;
    }
    Iterator<Value> others = b.values().iterator();
    return a.values().stream().allMatch(value -> equal(value, others.next()));
  }

  private static boolean equal(Table a, Table b) {
    return a.entries().size() == b.entries().size()
        && a.entries().entrySet().stream()
            .allMatch(entry -> {
              Optional<Value> other = b.get(entry.getKey());
              return other.isPresent() && equal(entry.getValue(), other.get());
            });
  }

  /**
   * Returns a negative number, zero or a positive number if the left value sorts before, with or
   * after the right one.
   */
  static int order(Value left, Value right) {
    Work.spend(1);
    defined(left);
    defined(right);
    if (isNumber(left) && isNumber(right)) {
      return isWhole(left) && isWhole(right)
          ? Long.compare(whole(left, ""), whole(right, ""))
          : Double.compare(real(left), real(right));
    }
    if (left instanceof Value.Text(String a, _) && right instanceof Value.Text(String b, _)) {
      return orderByCodePoint(a, b);
    }
    if (left instanceof Items a && right instanceof Items b && a.sort() == b.sort()) {
      for (int i = 0; i < Math.min(a.values().size(), b.values().size()); i++) {
        if (!equal(a.values().get(i), b.values().get(i))) {
          return order(a.values().get(i), b.values().get(i));
        }
      }
      return Integer.compare(a.values().size(), b.values().size());
    }
    throw new Refusal("%s and %s have no order".formatted(left.kind(), right.kind()));
  }

  private static int orderByCodePoint(String a, String b) {
    Work.spendOn(a);
    Iterator<Integer> others = b.codePoints().iterator();
    for (Iterator<Integer> own = a.codePoints().iterator(); own.hasNext(); ) {
      int order = others.hasNext() ? Integer.compare(own.next(), others.next()) : 1;
      if (order != 0) {
        return order;
      }
    }
    return others.hasNext() ? -1 : 0;
  }

  static boolean contains(Value container, Value value) {
    return switch (container) {
      case Value.Undefined u -> false;
      case Value.Text(String text, _) when value instanceof Value.Text(String piece, _) ->
          PythonText.find(text, piece, 0) >= 0;
      case Items items -> items.values().stream().anyMatch(entry -> equal(entry, value));
      case Table table -> table.get(value).isPresent();
      case Once once -> {
        for (Optional<Value> next = once.next(); next.isPresent(); next = once.next()) {
          if (equal(next.get(), value)) {
            yield true;
          }
        }
        yield false;
      }
      default ->
          throw new Refusal(
              "'in' does not look for %s in %s".formatted(value.kind(), container.kind()));
    };
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Real || isWhole(value);
  }

  /** Returns whether a value is a whole number; a boolean counts as 0 or 1, as in Python. */
  static boolean isWhole(Value value) {
    return value instanceof Value.Whole || value instanceof Value.Bool;
  }

  static long whole(Value value, String what) {
    return switch (value) {
      case Value.Whole(long n) -> n;
      case Value.Bool(boolean b) -> b ? 1 : 0;
      default -> throw new Refusal(what + " is " + value.kind() + ", not a whole number");
    };
  }

  static double real(Value value) {
    return value instanceof Value.Real(double r) ? r : whole(value, "a number");
  }

  static Value defined(Value value) {
    if (value instanceof Value.Undefined(String what)) {
      throw new Refusal("'" + what + "' is undefined");
    }
    return value;
  }
}
