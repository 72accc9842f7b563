package io.braid.templates.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The names that a part of a template sees; names that it sets are removed when the part ends. */
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, Value> values = new HashMap<>();

  private Scope(Optional<Scope> outer) {
    this.outer = outer;
  }

  static Scope of(Map<String, Value> values) {
    Scope scope = new Scope(Optional.empty());
    scope.values.putAll(values);
    return scope;
  }

  Scope inner() {
    return new Scope(Optional.of(this));
  }

  /** Returns the scope of the template itself. */
  Scope outermost() {
    Scope scope = this;
    while (scope.outer.isPresent()) {
      scope = scope.outer.get();
    }
    return scope;
  }

  void set(String name, Value value) {
    values.put(name, value);
  }

  Optional<Value> get(String name) {
    Optional<Scope> scope = Optional.of(this);
    while (scope.isPresent()) {
      Value value = scope.get().values.get(name);
      if (value != null) {
        return Optional.of(value);
      }
      scope = scope.get().outer;
    }
    return Optional.empty();
  }
}
