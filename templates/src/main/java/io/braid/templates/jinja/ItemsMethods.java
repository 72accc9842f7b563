package io.braid.templates.jinja;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The methods of lists and tuples. Methods that modify a list cause an error, as in jinja2's
 * sandbox.
 */
final class ItemsMethods {
  private static final Set<String> REFUSED =
      Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

  private ItemsMethods() {}

  static Optional<Value> find(Items items, String name) {
    if (items.sort() == Items.Kind.VIEW) {
      return Optional.empty();
    }
    if (items.sort() == Items.Kind.GROUP && (name.equals("grouper") || name.equals("list"))) {
      return Optional.of(items.values().get(name.equals("grouper") ? 0 : 1));
    }
    return switch (name) {
      case "count" -> Optional.of(new Function(name, a -> count(items.values(), value(name, a))));
      case "index" -> Optional.of(new Function(name, a -> index(items.values(), value(name, a))));
      case "copy" -> Optional.of(new Function(name, arguments -> items));
      default ->
          items.sort() == Items.Kind.LIST && REFUSED.contains(name)
              ? Optional.of(Function.refused(name))
              : Optional.empty();
    };
  }

  private static Value value(String name, Arguments arguments) {
    return arguments.bind(name, "value").need("value");
  }

  private static Value count(List<Value> values, Value sought) {
    return new Value.Whole(values.stream().filter(v -> Operators.equal(v, sought)).count());
  }

  private static Value index(List<Value> values, Value sought) {
    for (int i = 0; i < values.size(); i++) {
      if (Operators.equal(values.get(i), sought)) {
        return new Value.Whole(i);
      }
    }
    throw new Refusal("'index' finds no such entry in the list");
  }
}
