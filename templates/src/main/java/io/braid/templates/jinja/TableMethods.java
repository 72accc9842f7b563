package io.braid.templates.jinja;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The methods of mappings. Methods that modify a mapping cause an error, as in jinja2's sandbox.
 */
final class TableMethods {
  private static final Set<String> REFUSED =
      Set.of("clear", "pop", "popitem", "setdefault", "update", "fromkeys");

  private TableMethods() {}

  static Optional<Value> find(Table table, String name) {
    return switch (name) {
      case "items" -> method(name, table.items(Items.Kind.VIEW));
      case "keys" ->
          method(name, new Items(Items.Kind.VIEW, List.copyOf(table.entries().keySet())));
      case "values" ->
          method(name, new Items(Items.Kind.VIEW, List.copyOf(table.entries().values())));
      case "copy" -> method(name, table);
      case "get" -> Optional.of(new Function("get", arguments -> get(table, arguments)));
      default -> REFUSED.contains(name) ? Optional.of(Function.refused(name)) : Optional.empty();
    };
  }

  private static Optional<Value> method(String name, Value result) {
    return Optional.of(
        new Function(
            name,
            arguments -> {
              arguments.bind(name);
              return result;
            }));
  }

  private static Value get(Table table, Arguments arguments) {
    var given = arguments.bind("get", "key", "default");
    return table.get(given.need("key")).or(() -> given.get("default")).orElse(Value.None.NONE);
  }
}
