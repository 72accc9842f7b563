package io.braid.templates.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The only value that a template can modify; a loop can use it to pass on its results. */
final class Namespace implements Value {
  private final Map<String, Value> members = new LinkedHashMap<>();

  Namespace(Map<String, Value> members) {
    members.forEach(this::set);
  }

  Optional<Value> get(String name) {
    return Optional.ofNullable(members.get(name));
  }

  void set(String name, Value value) {
    if (name.startsWith("_")) {
      throw new Refusal("a namespace's member '" + name + "' begins with an underscore");
    }
    members.put(name, value);
  }
}
