package io.braid.text.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What may stand behind {@code |}: here the filters of single values, with those of lists. */
final class Filters {
  /** One filter. */
  @FunctionalInterface
  interface Body {
    Value apply(Value value, Arguments arguments);
  }

  private static final Pattern WORD_START = Pattern.compile("(?<=[-\\s({\\[<])(?![-\\s({\\[<])");
  private static final Map<String, Body> ALL = all();

  private Filters() {}

  static boolean knows(String name) {
    return ALL.containsKey(name);
  }

  static Value apply(String name, Value value, Arguments arguments) {
    Body body = ALL.get(name);
    if (body == null) {
      throw new Refusal("the filter '" + name + "' is not supported");
    }
    if (value instanceof Value.Text(String text)) {
      Work.spendOn(text);
    }
    return body.apply(value, arguments);
  }

  private static Map<String, Body> all() {
    Map<String, Body> all = new HashMap<>(ListFilters.all());
    all.put("abs", Filters::abs);
    all.put("capitalize", (v, a) -> none(a, "capitalize", PythonText.capitalize(Python.str(v))));
    all.put("count", Filters::length);
    all.put("d", Filters::otherwise);
    all.put("default", Filters::otherwise);
    all.put("float", Filters::real);
    all.put("indent", Filters::indent);
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
    return Map.copyOf(all);
  }

  private static Value none(Arguments arguments, String name, String result) {
    arguments.bind(name);
    return new Value.Text(result);
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

  /** jinja2's own idea of a title, which is not that of Python's method. */
  private static String title(String text) {
    TextBuilder title = new TextBuilder();
    for (String word : WORD_START.split(text)) {
      title.append(PythonText.capitalize(word));
    }
    return title.toString();
  }

  private static Value indent(Value value, Arguments arguments) {
    var given = arguments.bind("indent", "width", "first", "blank");
    String margin =
        given.get("width").orElse(new Value.Whole(4)) instanceof Value.Text(String text)
            ? text
            : " ".repeat((int) Math.max(0, Math.min(1000, given.whole("width", 4))));
    if (!(value instanceof Value.Text(String whole))) {
      throw new Refusal("'indent' needs a string, not " + value.kind());
    }
    boolean blank = given.flag("blank", false);
    // A line end is added so that the last, empty line counts as one; jinja2 does the same.
    List<String> lines = PythonText.lines(whole + "\n");
    TextBuilder out = new TextBuilder().append(given.flag("first", false) ? margin : "");
    for (int i = 0; i < lines.size(); i++) {
      boolean bare = i == 0 || (lines.get(i).isEmpty() && !blank);
      out.append(i == 0 ? "" : "\n").append(bare ? "" : margin).append(lines.get(i));
    }
    return new Value.Text(out.toString());
  }

  private static Value whole(Value value, Arguments arguments) {
    var given = arguments.bind("int", "default");
    Value fallback = given.get("default").orElse(new Value.Whole(0));
    return switch (Operators.defined(value)) {
      case Value.Whole n -> n;
      case Value.Bool(boolean b) -> new Value.Whole(b ? 1 : 0);
      case Value.Real(double r) when !Double.isNaN(r) && Math.abs(r) < 9e18 ->
          new Value.Whole((long) r);
      case Value.Text(String text) -> whole(PythonText.strip(text), fallback);
      default -> fallback;
    };
  }

  private static Value whole(String text, Value fallback) {
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
    return value instanceof Value.Text(String text) && isReal(PythonText.strip(text))
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
    if (!method.equals("common") || precision < 0 || precision > 300) {
      throw new Refusal("'round' is supported with the method 'common' and 0 to 300 digits only");
    }
    if (Operators.isWhole(value)) {
      return Operators.plus(value);
    }
    double number = Operators.real(Operators.plus(value));
    return Double.isFinite(number)
        ? new Value.Real(
            new BigDecimal(number).setScale((int) precision, RoundingMode.HALF_EVEN).doubleValue())
        : new Value.Real(number);
  }
}
