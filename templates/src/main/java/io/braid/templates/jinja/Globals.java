package io.braid.templates.jinja;

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
        "cycler", new Function("cycler", Globals::cycler),
        "joiner", new Function("joiner", Globals::joiner),
        "lipsum", Function.refused("lipsum"));
  }

  private static Map<String, Value> members(Arguments arguments) {
    Map<String, Value> members = new LinkedHashMap<>();
    if (arguments.byPlace().size() > 1) {
      throw new Refusal("'namespace' takes at most one mapping");
    }
    for (Value given : arguments.byPlace()) {
      if (given instanceof Table table) {
        table.entries().forEach((key, value) -> members.put(Python.str(key), value));
        continue;
      }
      for (Value entry : Python.entries(given)) {
        List<Value> pair = Python.entries(entry);
        if (pair.size() != 2) {
          throw new Refusal("a mapping is made of pairs, not of " + pair.size() + " values");
        }
        members.put(Python.str(pair.get(0)), pair.get(1));
      }
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
      Work.spend(Work.MAKING / 2);
      values.add(new Value.Whole(i));
    }
    return new Items(Items.Kind.RANGE, values);
  }

  private static Value cycler(Arguments arguments) {
    List<Value> items = arguments.byPlace();
    if (items.isEmpty()) {
      throw new Refusal("'cycler' needs something to cycle through");
    }
    Namespace cycler = new Namespace(Map.of("current", items.getFirst()));
    int[] at = {0};
    cycler.set(
        "next",
        new Function(
            "next",
            _ -> {
              Value now = items.get(at[0]);
              at[0] = (at[0] + 1) % items.size();
              cycler.set("current", items.get(at[0]));
              return now;
            }));
    cycler.set(
        "reset",
        new Function(
            "reset",
            _ -> {
              at[0] = 0;
              cycler.set("current", items.getFirst());
              return Value.None.NONE;
            }));
    return cycler;
  }

  private static Value joiner(Arguments arguments) {
    Value separator = arguments.bind("joiner", "sep").get("sep").orElse(new Value.Text(", "));
    boolean[] used = {false};
    return new Function(
        "joiner",
        _ -> {
          Value now = used[0] ? separator : new Value.Text("");
          used[0] = true;
          return now;
        });
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
