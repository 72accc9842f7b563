package io.braid.templates.jinja;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Implements Python's two ways to format values: {@code '%d' % n} and {@code '{}'.format(n)}. */
final class Formatting {
  private static final Pattern PERCENT =
      Pattern.compile(
          "%(?:\\(([^()]*)\\))?([-#0 +]*)(\\*|[0-9]{0,9})(?:\\.(\\*|[0-9]{0,9}))?[hlL]?(.?)",
          Pattern.DOTALL);
  private static final Pattern PART = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)\\]");

  private Formatting() {}

  /** Computes {@code format % values}. */
  static String percent(String format, Value values) {
    List<Value> places =
        values instanceof Items items && items.sort() == Items.Kind.TUPLE
            ? items.values()
            : List.of(values);
    int[] next = {0};
    TextBuilder out = new TextBuilder();
    Matcher match = PERCENT.matcher(format);
    int from = 0;
    boolean byName = false;
    while (match.find(from)) {
      out.append(format.substring(from, match.start()));
      from = match.end();
      String form = match.group(5);
      if (form.equals("%")) {
        out.append("%");
        continue;
      }
      int width = size(match.group(3), places, next, 0);
      int precision = size(match.group(4), places, next, -1);
      Value value;
      if (match.group(1) != null) {
        byName = true;
        value = named(values, match.group(1));
      } else {
        value = place(places, next);
      }
      out.append(converted(value, match.group(2), width, precision, form));
    }
    boolean left = next[0] < places.size() && !byName;
    if (left && !(next[0] == 0 && (values instanceof Table || values instanceof Items))) {
      throw new Refusal("'%' has more values than places in the string");
    }
    return out.append(format.substring(from)).toString();
  }

  private static Value named(Value values, String name) {
    if (values instanceof Table table) {
      Optional<Value> value = table.get(new Value.Text(name));
      if (value.isPresent()) {
        return value.get();
      }
    }
    throw new Refusal("'%(" + name + ")' finds no such key");
  }

  private static Value place(List<Value> places, int[] next) {
    if (next[0] >= places.size()) {
      throw new Refusal("'%' has fewer values than places in the string");
    }
    return places.get(next[0]++);
  }

  private static int size(@Nullable String text, List<Value> places, int[] next, int otherwise) {
    if (text == null) {
      return otherwise;
    }
    if (text.equals("*")) {
      return Limits.width(Operators.whole(place(places, next), "a width"));
    }
    return text.isEmpty() ? 0 : Limits.width(Long.parseLong(text));
  }

  private static String converted(
      Value value, String flags, int width, int precision, String form) {
    boolean left = flags.contains("-");
    boolean zero = flags.contains("0") && !left;
    char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-';
    boolean number = !form.isEmpty() && "diuoxXeEfFgG".contains(form);
    FormatSpec spec =
        new FormatSpec(
            number && zero ? "0" : " ",
            left ? '<' : number && zero ? '=' : '>',
            sign,
            flags.contains("#"),
            width,
            "",
            number && "diuoxX".contains(form) ? -1 : precision,
            form.isEmpty()
                ? '?'
                : "iu".contains(form) ? 'd' : "ra".contains(form) ? 's' : form.charAt(0));
    return switch (form) {
      case "s" -> spec.of(new Value.Text(Python.str(value)));
      case "r", "a" -> spec.of(new Value.Text(Python.repr(value)));
      case "c" ->
          value instanceof Value.Text text
              ? new FormatSpec(" ", spec.align(), '-', false, width, "", -1, 's').of(text)
              : new FormatSpec(" ", spec.align(), '-', false, width, "", -1, 'c').of(value);
      case "d", "i", "u" -> spec.of(new Value.Whole(truncated(value)));
      case "o", "x", "X" -> spec.of(new Value.Whole(Operators.whole(value, "what '%x' shows")));
      case "e", "E", "f", "F", "g", "G" -> spec.of(new Value.Real(Operators.real(value)));
      default -> throw new Refusal("'%" + form + "' is no way to show a value");
    };
  }

  private static long truncated(Value value) {
    double real = Operators.real(value);
    return value instanceof Value.Real && Math.abs(real) < 9e18
        ? (long) real
        : Operators.whole(value, "what '%d' shows");
  }

  /** Computes {@code format.format(…)}. */
  static String braces(String format, Arguments arguments) {
    return braces(format, arguments, new int[] {0}, 0);
  }

  private static String braces(String format, Arguments arguments, int[] next, int depth) {
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      boolean twice = i + 1 < format.length() && format.charAt(i + 1) == c;
      if ((c == '{' || c == '}') && twice) {
        out.append(String.valueOf(c));
        i++;
      } else if (c == '{') {
        int end = closing(format, i);
        out.append(field(format.substring(i + 1, end), arguments, next, depth));
        i = end;
      } else if (c == '}') {
        throw new Refusal("'format' finds a '}' that closes nothing");
      } else {
        out.append(String.valueOf(c));
      }
    }
    return out.toString();
  }

  private static int closing(String format, int open) {
    int depth = 0;
    for (int i = open; i < format.length(); i++) {
      depth += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new Refusal("'format' finds a '{' that is not closed");
  }

  private static String field(String field, Arguments arguments, int[] next, int depth) {
    if (depth > 1) {
      throw new Refusal("'format' has fields that nest too deep");
    }
    int colon = field.indexOf(':');
    String spec = colon < 0 ? "" : braces(field.substring(colon + 1), arguments, next, depth + 1);
    String head = colon < 0 ? field : field.substring(0, colon);
    int mark = head.indexOf('!');
    Value value = found(mark < 0 ? head : head.substring(0, mark), arguments, next);
    return switch (mark < 0 ? "" : head.substring(mark + 1)) {
      case "" -> FormatSpec.parse(spec).of(value);
      case "s" -> FormatSpec.parse(spec).of(new Value.Text(Python.str(value)));
      case "r", "a" -> FormatSpec.parse(spec).of(new Value.Text(Python.repr(value)));
      default -> throw new Refusal("'format' has a conversion that there is not");
    };
  }

  private static Value found(String name, Arguments arguments, int[] next) {
    int end = 0;
    while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
      end++;
    }
    String first = name.substring(0, end);
    Value value;
    if (first.isEmpty() || first.matches("[0-9]{1,6}")) {
      int place = first.isEmpty() ? next[0]++ : Integer.parseInt(first);
      if (place >= arguments.byPlace().size()) {
        throw new Refusal("'format' has fewer values than places in the string");
      }
      value = arguments.byPlace().get(place);
    } else {
      value =
          Optional.ofNullable(arguments.byName().get(first))
              .orElseThrow(() -> new Refusal("'format' has no value for '" + first + "'"));
    }
    Matcher parts = PART.matcher(name);
    for (int from = end; from < name.length(); from = parts.end()) {
      if (!parts.find(from) || parts.start() != from) {
        throw new Refusal("'format' cannot read the field '" + name + "'");
      }
      String key = parts.group(1) != null ? parts.group(1) : parts.group(2);
      boolean place = key.matches("[0-9]{1,9}") && parts.group(1) == null;
      value =
          parts.group(1) != null
              ? Members.attribute(value, key)
              : Members.item(
                  value, place ? new Value.Whole(Long.parseLong(key)) : new Value.Text(key));
    }
    return value;
  }
}
