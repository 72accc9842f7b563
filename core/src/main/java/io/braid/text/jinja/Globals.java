package io.braid.text.jinja;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template has. */
final class Globals {
  private Globals() {}

  static Map<String, Value> all(Clock clock) {
    return Map.of(
        "namespace", new Function("namespace", a -> new Namespace(members(a))),
        "dict", new Function("dict", Globals::dict),
        "range", new Function("range", Globals::range),
        "raise_exception", new Function("raise_exception", Globals::raise),
        "strftime_now", new Function("strftime_now", a -> now(a, clock)),
        "cycler", Function.refused("cycler"),
        "joiner", Function.refused("joiner"),
        "lipsum", Function.refused("lipsum"));
  }

  private static Map<String, Value> members(Arguments arguments) {
    Map<String, Value> members = new LinkedHashMap<>();
    if (arguments.byPlace().size() > 1) {
      throw new Refusal("'namespace' takes at most one mapping");
    }
    for (Value given : arguments.byPlace()) {
      if (!(given instanceof Table table)) {
        throw new Refusal("'namespace' needs a mapping, not " + given.kind());
      }
      table.entries().forEach((key, value) -> members.put(Python.str(key), value));
    }
    members.putAll(arguments.byName());
    return members;
  }

  private static Value dict(Arguments arguments) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    members(arguments).forEach((name, value) -> entries.put(new Value.Text(name), value));
    return new Table(entries);
  }

  private static Value range(Arguments arguments) {
    var given = arguments.bind("range", "start", "stop", "step");
    boolean one = arguments.byPlace().size() == 1;
    long start = one ? 0 : given.whole("start", 0);
    long stop = one ? given.whole("start", 0) : Operators.whole(given.need("stop"), "'stop'");
    long step = given.whole("step", 1);
    if (step == 0) {
      throw new Refusal("'range' needs a step that is not zero");
    }
    List<Value> values = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i = Math.addExact(i, step)) {
      if (values.size() >= Limits.RANGE) {
        throw Limits.exceeded("'range' counts", Limits.RANGE);
      }
      values.add(new Value.Whole(i));
    }
    return new Items(Items.Kind.RANGE, values);
  }

  private static Value raise(Arguments arguments) {
    Value message = arguments.bind("raise_exception", "message").need("message");
    throw new Refusal("the template refuses the conversation: " + Python.str(message));
  }

  private static Value now(Arguments arguments, Clock clock) {
    String format = arguments.bind("strftime_now", "format").text("format");
    return new Value.Text(Strftime.format(format, clock));
  }
}
