package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The filters of lists and mappings. */
final class ListFilters {
  private ListFilters() {}

  static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> all = new HashMap<>();
    all.put("batch", Grouping::batch);
    all.put("dictsort", ListFilters::dictsort);
    all.put("first", (v, a) -> end(v, a, "first"));
    all.put("groupby", Grouping::groupby);
    all.put("items", ListFilters::items);
    all.put("join", ListFilters::join);
    all.put("last", (v, a) -> end(v, a, "last"));
    all.put("list", ListFilters::list);
    all.put("map", ListFilters::map);
    all.put("max", (v, a) -> extreme(v, a, "max"));
    all.put("min", (v, a) -> extreme(v, a, "min"));
    all.put("reject", (v, a) -> new Once(pick(v, a, false, false)));
    all.put("rejectattr", (v, a) -> new Once(pick(v, a, true, false)));
    all.put("reverse", ListFilters::reverse);
    all.put("select", (v, a) -> new Once(pick(v, a, false, true)));
    all.put("selectattr", (v, a) -> new Once(pick(v, a, true, true)));
    all.put("slice", Grouping::slice);
    all.put("sort", ListFilters::sort);
    all.put("sum", ListFilters::sum);
    all.put("unique", ListFilters::unique);
    return all;
  }

  private static Value list(Value value, Arguments arguments) {
    arguments.bind("list");
    return Items.list(Python.entries(value));
  }

  private static Value items(Value value, Arguments arguments) {
    arguments.bind("items");
    return switch (value) {
      case Value.Undefined u -> new Once(List.of());
      case Table table -> new Once(table.items(Items.Kind.LIST).values());
      default -> throw new Refusal("'items' needs a mapping, not " + value.kind());
    };
  }

  private static Value end(Value value, Arguments arguments, String name) {
    arguments.bind(name);
    if (name.equals("first") && value instanceof Once once) {
      return once.next().orElse(new Value.Undefined("the first entry"));
    }
    if (value instanceof Once) {
      throw new Refusal("'last' does not work on a generator; make a list of it first");
    }
    List<Value> values = Python.entries(value);
    if (values.isEmpty()) {
      return new Value.Undefined("the " + name + " entry");
    }
    return name.equals("first") ? values.getFirst() : values.getLast();
  }

  private static Value join(Value value, Arguments arguments) {
    var given = arguments.bind("join", "d", "attribute");
    String separator = given.get("d").map(Python::str).orElse("");
    UnaryOperator<Value> part = given.get("attribute").map(ListFilters::getter).orElse(v -> v);
    TextBuilder joined = new TextBuilder();
    String between = "";
    for (Value entry : Python.entries(value)) {
      joined.append(between).append(Python.str(part.apply(entry)));
      between = separator;
    }
    return new Value.Text(joined.toString());
  }

  private static Value reverse(Value value, Arguments arguments) {
    arguments.bind("reverse");
    if (value instanceof Value.Text(String text, _)) {
      return new Value.Text(new StringBuilder(text).reverse().toString());
    }
    List<Value> values = new ArrayList<>(Python.entries(value));
    Collections.reverse(values);
    return new Once(values);
  }

  /**
   * Implements {@code map}: {@code map('upper')} applies a filter to every entry, {@code
   * map(attribute='x')} looks up an attribute.
   */
  private static Value map(Value value, Arguments arguments) {
    List<Value> mapped = new ArrayList<>();
    if (!Python.truth(value)) {
      return new Once(mapped); // jinja2 treats every false value as empty here
    }
    if (arguments.byPlace().isEmpty()) {
      var given = arguments.bind("map", "attribute", "default");
      Optional<Value> otherwise = given.get("default").filter(v -> v != Value.None.NONE);
      UnaryOperator<Value> getter = getter(given.need("attribute"), otherwise);
      for (Value entry : Python.entries(value)) {
        mapped.add(getter.apply(entry));
      }
    } else {
      String filter = name(arguments.byPlace().getFirst(), "map");
      for (Value entry : Python.entries(value)) {
        mapped.add(Filters.apply(filter, entry, arguments.rest()));
      }
    }
    return new Once(mapped);
  }

  /** Returns the entries that pass or fail a test or, without a test, the true or false entries. */
  private static List<Value> pick(
      Value value, Arguments arguments, boolean byAttribute, boolean keep) {
    if (!Python.truth(value)) {
      return List.of(); // jinja2 treats every false value as empty here
    }
    Arguments test = arguments;
    UnaryOperator<Value> part = v -> v;
    if (byAttribute) {
      if (test.byPlace().isEmpty()) {
        throw new Refusal("'selectattr' and 'rejectattr' need the name of an attribute");
      }
      part = getter(test.byPlace().getFirst());
      test = test.rest();
    }
    List<Value> picked = new ArrayList<>();
    for (Value entry : Python.entries(value)) {
      Value tested = part.apply(entry);
      boolean passes =
          test.byPlace().isEmpty()
              ? Python.truth(tested)
              : Tests.holds(name(test.byPlace().getFirst(), "a test's name"), tested, test.rest());
      if (passes == keep) {
        picked.add(entry);
      }
    }
    return picked;
  }

  private static String name(Value value, String what) {
    if (value instanceof Value.Text(String name, _)) {
      return name;
    }
    throw new Refusal(what + " needs a name, not " + value.kind());
  }

  private static Value sort(Value value, Arguments arguments) {
    var given = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    UnaryOperator<Value> key = sortKey(given, given.flag("case_sensitive", false));
    List<Value> sorted = new ArrayList<>(Python.entries(value));
    sorted.sort(order(key, given.flag("reverse", false)));
    return Items.list(sorted);
  }

  private static Value dictsort(Value value, Arguments arguments) {
    var given = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    if (!(value instanceof Table table)) {
      throw new Refusal("'dictsort' needs a mapping, not " + value.kind());
    }
    long place = given.optionalText("by").orElse("key").equals("value") ? 1 : 0;
    boolean exact = given.flag("case_sensitive", false);
    UnaryOperator<Value> key = pair -> folded(Members.item(pair, new Value.Whole(place)), exact);
    List<Value> sorted = new ArrayList<>(table.items(Items.Kind.LIST).values());
    sorted.sort(order(key, given.flag("reverse", false)));
    return Items.list(sorted);
  }

  private static Value unique(Value value, Arguments arguments) {
    var given = arguments.bind("unique", "case_sensitive", "attribute");
    UnaryOperator<Value> key = key(given, given.flag("case_sensitive", false));
    Set<Value> seen = new HashSet<>();
    List<Value> unique = new ArrayList<>();
    for (Value entry : Python.entries(value)) {
      Value found = key.apply(entry);
      if (!(found instanceof Value.Text || found instanceof Value.Whole)) {
        throw new Refusal("'unique' needs strings or whole numbers, not " + found.kind());
      }
      if (seen.add(found)) {
        unique.add(entry);
      }
    }
    return new Once(unique);
  }

  private static Value extreme(Value value, Arguments arguments, String name) {
    var given = arguments.bind(name, "case_sensitive", "attribute");
    UnaryOperator<Value> key = key(given, given.flag("case_sensitive", false));
    List<Value> values = Python.entries(value);
    if (values.isEmpty()) {
      return new Value.Undefined("the " + name + " entry");
    }
    // Python keeps the first of equal entries for both.
    Comparator<Value> order = order(key, name.equals("max"));
    return values.stream().reduce((a, b) -> order.compare(b, a) < 0 ? b : a).orElseThrow();
  }

  private static Value sum(Value value, Arguments arguments) {
    var given = arguments.bind("sum", "attribute", "start");
    UnaryOperator<Value> part = attribute(given).map(ListFilters::getter).orElse(v -> v);
    Value sum = given.get("start").orElse(new Value.Whole(0));
    for (Value entry : Python.entries(value)) {
      sum = Operators.apply("+", sum, part.apply(entry));
    }
    return sum;
  }

  static Comparator<Value> order(UnaryOperator<Value> key, boolean reversed) {
    Comparator<Value> order = (a, b) -> Operators.order(key.apply(a), key.apply(b));
    return reversed ? order.reversed() : order;
  }

  /** Returns a sort key. Several attributes separated by commas are compared in the given order. */
  private static UnaryOperator<Value> sortKey(Arguments.Bound given, boolean exact) {
    if (!(attribute(given).orElse(Value.None.NONE) instanceof Value.Text(String names, _))
        || !names.contains(",")) {
      return key(given, exact);
    }
    List<UnaryOperator<Value>> parts =
        Stream.of(names.split(",", -1)).map(name -> getter(new Value.Text(name))).toList();
    return value ->
        Items.list(parts.stream().map(part -> folded(part.apply(value), exact)).toList());
  }

  private static UnaryOperator<Value> key(Arguments.Bound given, boolean exact) {
    UnaryOperator<Value> part = attribute(given).map(ListFilters::getter).orElse(v -> v);
    return value -> folded(part.apply(value), exact);
  }

  private static Optional<Value> attribute(Arguments.Bound given) {
    return given.get("attribute").filter(v -> v != Value.None.NONE);
  }

  static Value folded(Value value, boolean exact) {
    return !exact && value instanceof Value.Text(String text, _)
        ? new Value.Text(text.toLowerCase(Locale.ROOT))
        : value;
  }

  private static UnaryOperator<Value> getter(Value attribute) {
    return getter(attribute, Optional.empty());
  }

  /**
   * Looks up an attribute. Dots lead into nested values and digits are list indices. A missing
   * value is replaced by the default, if there is one.
   */
  static UnaryOperator<Value> getter(Value attribute, Optional<Value> otherwise) {
    List<Value> path = path(attribute);
    return value -> {
      Value found = value;
      for (Value key : path) {
        Value next = Members.item(found, key);
        found = next instanceof Value.Undefined ? otherwise.orElse(next) : next;
      }
      return found;
    };
  }

  private static List<Value> path(Value attribute) {
    if (!(attribute instanceof Value.Text(String path, _))) {
      return List.of(attribute);
    }
    List<Value> keys = new ArrayList<>();
    for (String part : path.split("\\.", -1)) {
      boolean place = part.matches("[0-9]{1,9}");
      keys.add(place ? new Value.Whole(Long.parseLong(part)) : new Value.Text(part));
    }
    return keys;
  }
}
