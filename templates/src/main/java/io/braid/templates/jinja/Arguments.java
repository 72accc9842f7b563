package io.braid.templates.jinja;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of a call, by position and by name. */
record Arguments(List<Value> byPlace, Map<String, Value> byName) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Assigns the arguments to parameters; rejects surplus and unknown arguments. */
  Bound bind(String function, String... parameters) {
    List<String> names = Arrays.asList(parameters);
    if (byPlace.size() > names.size()) {
      throw new Refusal("'" + function + "' takes at most " + names.size() + " arguments here");
    }
    for (String name : byName.keySet()) {
      int place = names.indexOf(name);
      if (place < 0) {
        throw new Refusal("'" + function + "' has no argument '" + name + "' here");
      }
      if (place < byPlace.size()) {
        throw new Refusal("'" + function + "' is given the argument '" + name + "' twice");
      }
    }
    return new Bound(function, names, this);
  }

  /** Returns these arguments with an additional named argument. */
  Arguments with(String name, Value value) {
    Map<String, Value> more = new LinkedHashMap<>(byName);
    if (more.put(name, value) != null) {
      throw new Refusal("the argument '" + name + "' is given twice");
    }
    return new Arguments(byPlace, more);
  }

  /** Returns the arguments after the first. */
  Arguments rest() {
    return new Arguments(byPlace.subList(1, byPlace.size()), byName);
  }

  /** Arguments that are assigned to parameters. */
  record Bound(String function, List<String> names, Arguments arguments) {
    Optional<Value> get(String name) {
      int place = names.indexOf(name);
      return place < arguments.byPlace.size()
          ? Optional.of(arguments.byPlace.get(place))
          : Optional.ofNullable(arguments.byName.get(name));
    }

    Value need(String name) {
      return get(name)
          .orElseThrow(() -> new Refusal("'" + function + "' needs the argument '" + name + "'"));
    }

    String text(String name) {
      return text(name, need(name));
    }

    Optional<String> optionalText(String name) {
      return get(name).filter(v -> v != Value.None.NONE).map(v -> text(name, v));
    }

    private String text(String name, Value value) {
      if (value instanceof Value.Text(String text, _)) {
        return text;
      }
      throw new Refusal(
          "'%s' needs a string for '%s', not %s".formatted(function, name, value.kind()));
    }

    long whole(String name, long otherwise) {
      return get(name).map(v -> Operators.whole(v, "'" + name + "'")).orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
      return get(name).map(Python::truth).orElse(otherwise);
    }
  }
}
