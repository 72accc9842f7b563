package io.braid.templates.jinja;

import java.util.Map;
import java.util.function.Predicate;

/** The tests, which follow {@code is}. */
final class Tests {
  /** One test. */
  @FunctionalInterface
  interface Body {
    boolean holds(Value value, Arguments arguments);
  }

  private static final Map<String, Body> ALL =
      Map.ofEntries(
          Map.entry("defined", plain(v -> !(v instanceof Value.Undefined))),
          Map.entry("undefined", plain(v -> v instanceof Value.Undefined)),
          Map.entry("none", plain(v -> v == Value.None.NONE)),
          Map.entry("boolean", plain(v -> v instanceof Value.Bool)),
          Map.entry("true", plain(v -> v instanceof Value.Bool(boolean b) && b)),
          Map.entry("false", plain(v -> v instanceof Value.Bool(boolean b) && !b)),
          Map.entry("integer", plain(v -> v instanceof Value.Whole)),
          Map.entry("float", plain(v -> v instanceof Value.Real)),
          Map.entry("number", plain(Operators::isNumber)),
          Map.entry("string", plain(v -> v instanceof Value.Text)),
          Map.entry("mapping", plain(v -> v instanceof Table)),
          Map.entry("iterable", plain(Tests::isIterable)),
          Map.entry("sequence", plain(Tests::isSequence)),
          Map.entry("callable", plain(v -> v instanceof Function || v instanceof Value.Undefined)),
          Map.entry("odd", plain(v -> leaves(v, 2, 1))),
          Map.entry("even", plain(v -> leaves(v, 2, 0))),
          Map.entry("lower", plain(v -> PythonText.isLower(Python.str(v)))),
          Map.entry("upper", plain(v -> PythonText.isUpper(Python.str(v)))),
          Map.entry("divisibleby", (v, a) -> isDivisible(v, other(a))),
          Map.entry("escaped", plain(v -> v instanceof Value.Text text && text.markup())),
          Map.entry("filter", plain(v -> v instanceof Value.Text(String n, _) && Filters.knows(n))),
          Map.entry("test", plain(v -> v instanceof Value.Text(String n, _) && Tests.knows(n))),
          Map.entry("sameas", (v, a) -> isSame(v, other(a))),
          Map.entry("in", comparison("in")),
          Map.entry("==", comparison("==")),
          Map.entry("!=", comparison("!=")),
          Map.entry("<", comparison("<")),
          Map.entry("<=", comparison("<=")),
          Map.entry(">", comparison(">")),
          Map.entry(">=", comparison(">=")),
          Map.entry("eq", comparison("==")),
          Map.entry("equalto", comparison("==")),
          Map.entry("ne", comparison("!=")),
          Map.entry("lt", comparison("<")),
          Map.entry("lessthan", comparison("<")),
          Map.entry("le", comparison("<=")),
          Map.entry("gt", comparison(">")),
          Map.entry("greaterthan", comparison(">")),
          Map.entry("ge", comparison(">=")));

  private Tests() {}

  static boolean knows(String name) {
    return ALL.containsKey(name);
  }

  static boolean holds(String name, Value value, Arguments arguments) {
    Body body = ALL.get(name);
    if (body == null) {
      throw new Refusal("there is no test '" + name + "'");
    }
    return body.holds(value, arguments);
  }

  private static Body plain(Predicate<Value> test) {
    return (value, arguments) -> {
      arguments.bind("a test");
      return test.test(value);
    };
  }

  private static Body comparison(String operator) {
    return (value, arguments) -> Operators.compare(operator, value, other(arguments));
  }

  private static Value other(Arguments arguments) {
    return arguments.bind("a test", "other").need("other");
  }

  private static boolean isIterable(Value value) {
    return switch (value) {
      case Value.Undefined u -> true;
      case Value.Text t -> true;
      case Items i -> true;
      case Table t -> true;
      case Once o -> true;
      case Loop l -> true;
      default -> false;
    };
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Value.Undefined u -> true;
      case Value.Text t -> true;
      case Items items -> items.sort() != Items.Kind.VIEW;
      case Table t -> true;
      default -> false;
    };
  }

  private static boolean leaves(Value value, long divisor, long remainder) {
    Value rest = Operators.apply("%", value, new Value.Whole(divisor));
    return Operators.equal(rest, new Value.Whole(remainder));
  }

  private static boolean isDivisible(Value value, Value by) {
    return Operators.equal(Operators.apply("%", value, by), new Value.Whole(0));
  }

  /**
   * Implements Python's {@code is}: whether two values are identical. Equal booleans and {@code
   * None} always are.
   */
  private static boolean isSame(Value value, Value other) {
    return value == other
        || (value.getClass() == other.getClass()
            && (value instanceof Value.Bool || value instanceof Value.None)
            && Operators.equal(value, other));
  }
}
