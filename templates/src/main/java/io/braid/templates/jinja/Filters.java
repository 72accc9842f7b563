package io.braid.templates.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The filters for individual values; filters for lists are delegated to other classes. */
final class Filters {
  /** One filter. */
  @FunctionalInterface
  interface Body {
    Value apply(Value value, Arguments arguments);
  }

  private static final Pattern WORD_START = Pattern.compile("(?<=[-\\s({\\[<])(?![-\\s({\\[<])");

  /**
   * Known filters that cause an error when a template reaches them. For example, a prompt must not
   * depend on chance.
   */
  private static final List<String> REFUSED = List.of("random", "urlize");

  private static final Map<String, Body> ALL = all();

  private Filters() {}

  static boolean knows(String name) {
    return ALL.containsKey(name);
  }

  static Value apply(String name, Value value, Arguments arguments) {
    Body body = ALL.get(name);
    if (body == null) {
      throw new Refusal("there is no filter '" + name + "'");
    }
    if (value instanceof Value.Text(String text, _)) {
      Work.spendOn(text);
    }
    return body.apply(value, arguments);
  }

  private static Map<String, Body> all() {
    Map<String, Body> all = new HashMap<>(ListFilters.all());
    all.putAll(Html.all());
    all.putAll(Layout.all());
    all.put("attr", Filters::attribute);
    all.put("abs", Filters::abs);
    all.put("capitalize", (v, a) -> none(a, "capitalize", PythonText.capitalize(Python.str(v))));
    all.put("count", Filters::length);
    all.put("d", Filters::otherwise);
    all.put("default", Filters::otherwise);
    all.put("float", Filters::real);
    all.put("int", Filters::whole);
    all.put("length", Filters::length);
    all.put("lower", (v, a) -> none(a, "lower", Python.str(v).toLowerCase(Locale.ROOT)));
    all.put("replace", Filters::replace);
    all.put("round", Filters::round);
    all.put("string", (v, a) -> none(a, "string", Python.str(v)));
    all.put("title", (v, a) -> none(a, "title", title(Python.str(v))));
    all.put("tojson", PythonJson::filter);
    all.put("trim", Filters::trim);
    all.put("upper", (v, a) -> none(a, "upper", Python.str(v).toUpperCase(Locale.ROOT)));
    for (String name : REFUSED) {
      all.put(name, (v, a) -> refused(name));
    }
    return Map.copyOf(all);
  }

  private static Value none(Arguments arguments, String name, String result) {
    arguments.bind(name);
    return new Value.Text(result);
  }

  private static Value refused(String name) {
    throw new Refusal("the filter '" + name + "' is not supported");
  }

  private static Value attribute(Value value, Arguments arguments) {
    String name = arguments.bind("attr", "name").text("name");
    return Members.method(value, name).orElse(new Value.Undefined(name));
  }

  private static Value abs(Value value, Arguments arguments) {
    arguments.bind("abs");
    Value number = Operators.plus(value);
    return Operators.real(number) < 0 ? Operators.negate(number) : number;
  }

  private static Value length(Value value, Arguments arguments) {
    arguments.bind("length");
    return new Value.Whole(Python.length(value));
  }

  private static Value otherwise(Value value, Arguments arguments) {
    var given = arguments.bind("default", "default_value", "boolean");
    boolean missing =
        value instanceof Value.Undefined || (given.flag("boolean", false) && !Python.truth(value));
    return missing ? given.get("default_value").orElse(new Value.Text("")) : value;
  }

  private static Value replace(Value value, Arguments arguments) {
    var given = arguments.bind("replace", "old", "new", "count");
    long count =
        given.get("count").filter(v -> v != Value.None.NONE).isPresent()
            ? given.whole("count", -1)
            : -1;
    return new Value.Text(
        PythonText.replace(
            Python.str(value),
            Python.str(given.need("old")),
            Python.str(given.need("new")),
            count));
  }

  private static Value trim(Value value, Arguments arguments) {
    String text = Python.str(value);
    return new Value.Text(
        arguments
            .bind("trim", "chars")
            .optionalText("chars")
            .map(set -> PythonText.strip(text, set, true, true))
            .orElseGet(() -> PythonText.strip(text)));
  }

  /** Implements jinja2's {@code title}, which differs from Python's method. */
  private static String title(String text) {
    TextBuilder title = new TextBuilder();
    for (String word : WORD_START.split(text)) {
      title.append(PythonText.capitalize(word));
    }
    return title.toString();
  }

  private static Value whole(Value value, Arguments arguments) {
    var given = arguments.bind("int", "default", "base");
    Value fallback = given.get("default").orElse(new Value.Whole(0));
    return switch (Operators.defined(value)) {
      case Value.Whole n -> n;
      case Value.Bool(boolean b) -> new Value.Whole(b ? 1 : 0);
      case Value.Real(double r) when !Double.isNaN(r) && Math.abs(r) < 9e18 ->
          new Value.Whole((long) r);
      case Value.Text(String text, _) ->
          whole(PythonText.strip(text), given.whole("base", 10), fallback);
      default -> fallback;
    };
  }

  private static Value whole(String text, long base, Value fallback) {
    if (base != 10) {
      String bare = text.replaceFirst(base == 16 ? "^0[xX]" : base == 8 ? "^0[oO]" : "^0[bB]", "");
      try {
        return new Value.Whole(Long.parseLong(bare, (int) Math.max(2, Math.min(36, base))));
      } catch (NumberFormatException e) {
        return fallback;
      }
    }
    if (text.matches("[+-]?[0-9]{1,18}")) {
      return new Value.Whole(Long.parseLong(text));
    }
    return isReal(text) && Math.abs(Double.parseDouble(text)) < 9e18
        ? new Value.Whole((long) Double.parseDouble(text))
        : fallback;
  }

  private static Value real(Value value, Arguments arguments) {
    Value fallback = arguments.bind("float", "default").get("default").orElse(new Value.Real(0));
    if (Operators.isNumber(Operators.defined(value))) {
      return new Value.Real(Operators.real(value));
    }
    return value instanceof Value.Text(String text, _) && isReal(PythonText.strip(text))
        ? new Value.Real(Double.parseDouble(PythonText.strip(text)))
        : fallback;
  }

  private static boolean isReal(String text) {
    return text.length() <= 400
        && text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?");
  }

  private static Value round(Value value, Arguments arguments) {
    var given = arguments.bind("round", "precision", "method");
    String method = given.optionalText("method").orElse("common");
    long precision = given.whole("precision", 0);
    if (precision < -300 || precision > 300) {
      throw new Refusal("'round' is supported for up to 300 digits");
    }
    RoundingMode mode =
        switch (method) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> throw new Refusal("'round' knows the methods common, ceil and floor");
        };
    if (Operators.isWhole(value) && method.equals("common")) {
      return new Value.Whole(
          BigDecimal.valueOf(Operators.whole(value, "a number"))
              .setScale((int) Math.min(0, precision), mode)
              .longValue());
    }
    double number = Operators.real(Operators.plus(value));
    if (!method.equals("common")) {
      double power = Math.pow(10, precision);
      double scaled = number * power;
      return new Value.Real(
          (method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / power);
    }
    return Double.isFinite(number)
        ? new Value.Real(new BigDecimal(number).setScale((int) precision, mode).doubleValue())
        : new Value.Real(number);
  }
}
