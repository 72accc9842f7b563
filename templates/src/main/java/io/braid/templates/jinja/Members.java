package io.braid.templates.jinja;

import java.util.Optional;

/**
 * Looks up {@code value.name} and {@code value[key]}: as in Python, a dot prefers methods and
 * brackets prefer entries.
 */
final class Members {
  private Members() {}

  static Value attribute(Value value, String name) {
    return switch (value) {
      case Value.Undefined(String what) -> throw new Refusal("'" + what + "' is undefined");
      case Table table ->
          TableMethods.find(table, name)
              .or(() -> table.get(new Value.Text(name)))
              .orElse(new Value.Undefined(name));
      default -> member(value, name).orElse(new Value.Undefined(name));
    };
  }

  static Value item(Value value, Value key) {
    if (value instanceof Value.Undefined(String what)) {
      throw new Refusal("'" + what + "' is undefined");
    }
    return entry(value, key)
        .or(() ->
            key instanceof Value.Text(String name, _) ? member(value, name) : Optional.empty())
        .orElse(new Value.Undefined(key instanceof Value.Text(String name, _) ? name : "an entry"));
  }

  private static Optional<Value> entry(Value value, Value key) {
    return switch (value) {
      case Table table -> table.get(key);
      case Items items when Operators.isWhole(key) && items.sort() != Items.Kind.VIEW ->
          at(items, Operators.whole(key, "an index"));
      case Value.Text(String text, _) when Operators.isWhole(key) ->
          character(text, Operators.whole(key, "an index"));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> at(Items items, long index) {
    int size = items.values().size();
    long place = index < 0 ? index + size : index;
    return place >= 0 && place < size
        ? Optional.of(items.values().get((int) place))
        : Optional.empty();
  }

  private static Optional<Value> character(String text, long index) {
    int length = PythonText.length(text);
    long place = index < 0 ? index + length : index;
    if (place < 0 || place >= length) {
      return Optional.empty();
    }
    int character = text.codePointAt(text.offsetByCodePoints(0, (int) place));
    return Optional.of(new Value.Text(Character.toString(character)));
  }

  /** Returns a method of a value, not an entry. */
  static Optional<Value> method(Value value, String name) {
    return member(Operators.defined(value), name);
  }

  private static Optional<Value> member(Value value, String name) {
    return switch (value) {
      case Value.Text(String text, _) -> TextMethods.find(text, name);
      case Items items -> ItemsMethods.find(items, name);
      case Table table -> TableMethods.find(table, name);
      case Namespace namespace -> namespace.get(name);
      case Loop loop -> loop.member(name);
      default -> Optional.empty();
    };
  }
}
