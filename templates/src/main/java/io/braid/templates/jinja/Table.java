package io.braid.templates.jinja;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A mapping that keeps its order. Keys are strings or whole numbers. */
final class Table implements Value {
  private final Map<Value, Value> entries;
  private final int depth;

  Table(Map<Value, Value> entries) {
    Work.spend((long) Work.MAKING * entries.size());
    for (Value key : entries.keySet()) {
      if (!(key instanceof Text || key instanceof Whole)) {
        throw new Refusal("a mapping's key is " + key.kind() + "; only strings and numbers can be");
      }
    }
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    this.depth = Depth.above(this.entries.values());
  }

  static Table of(Map<String, Value> named) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    named.forEach((name, value) -> entries.put(new Text(name), value));
    return new Table(entries);
  }

  Map<Value, Value> entries() {
    return entries;
  }

  Optional<Value> get(Value key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Returns the entries as pairs. */
  Items items(Items.Kind kind) {
    return new Items(
        kind, entries.entrySet().stream().map(e -> Items.tuple(e.getKey(), e.getValue())).toList());
  }

  @Override
  public int depth() {
    return depth;
  }
}
