package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters that lay out text, and Python methods with the same purpose. */
final class Layout {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Where textwrap may break a line: at white space, and after a hyphen between letters. */
  private static final Pattern CHUNK =
      Pattern.compile(
          "\\s+|\\S(?:(?!\\s|(?<=[\\p{L}\\p{N}_]\\p{L}-)(?=[\\p{L}\\p{N}_]+\\p{L})).)*",
          Pattern.DOTALL);

  private static final Pattern WHOLE_CHUNK = Pattern.compile("\\s+|\\S+");
  private static final int PAGE = 80;

  private Layout() {}

  static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> all = new HashMap<>();
    all.put("center", Layout::center);
    all.put("filesizeformat", Layout::fileSize);
    all.put("format", Layout::format);
    all.put("indent", Layout::indent);
    all.put("pprint", Layout::pretty);
    all.put("truncate", Layout::truncate);
    all.put("wordcount", Layout::words);
    all.put("wordwrap", Layout::wrap);
    return all;
  }

  private static Value center(Value value, Arguments arguments) {
    long width = arguments.bind("center", "width").whole("width", PAGE);
    return new Value.Text(centered(Python.str(value), width, " "));
  }

  /**
   * Centres a string. If the number of fill characters is odd, Python puts the extra character on
   * the left if the width is odd, and otherwise on the right.
   */
  static String centered(String text, long width, String fill) {
    int length = PythonText.length(text);
    int missing = Math.max(0, Limits.width(width) - length);
    int left = missing / 2 + (missing & (int) width & 1);
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }

  /** Pads a string on the left or on the right. */
  static String filled(String text, long width, String fill, boolean left) {
    String fills = fill.repeat(Math.max(0, Limits.width(width) - PythonText.length(text)));
    return left ? fills + text : text + fills;
  }

  static String zeros(String text, long width) {
    boolean sign = text.startsWith("-") || text.startsWith("+");
    String digits = sign ? text.substring(1) : text;
    return (sign ? text.substring(0, 1) : "")
        + filled(digits, Math.max(0, width - (sign ? 1 : 0)), "0", true);
  }

  static String withoutTabs(String text, long size) {
    int width = Limits.width(size);
    TextBuilder out = new TextBuilder();
    int column = 0;
    for (int c : text.codePoints().toArray()) {
      if (c == '\t') {
        int step = width == 0 ? 0 : width - column % width;
        out.append(" ".repeat(step));
        column += step;
      } else {
        out.appendCodePoint(c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return out.toString();
  }

  private static Value fileSize(Value value, Arguments arguments) {
    boolean binary = arguments.bind("filesizeformat", "binary").flag("binary", false);
    double bytes = Operators.real(Filters.apply("float", value, Arguments.NONE));
    double base = binary ? 1024 : 1000;
    if (bytes < base) {
      return new Value.Text(bytes == 1 ? "1 Byte" : (long) bytes + " Bytes");
    }
    String[] prefixes =
        (binary ? "KiB MiB GiB TiB PiB EiB ZiB YiB" : "kB MB GB TB PB EB ZB YB").split(" ", -1);
    double unit = base;
    int prefix = 0;
    while (prefix < prefixes.length - 1 && bytes >= unit * base) {
      unit *= base;
      prefix++;
    }
    return new Value.Text(Decimals.format(bytes / unit, 'f', 1, false) + " " + prefixes[prefix]);
  }

  private static Value format(Value value, Arguments arguments) {
    if (!arguments.byPlace().isEmpty() && !arguments.byName().isEmpty()) {
      throw new Refusal("'format' takes arguments by place or by name, not both");
    }
    Value values =
        arguments.byName().isEmpty()
            ? new Items(Items.Kind.TUPLE, arguments.byPlace())
            : Table.of(arguments.byName());
    return Operators.apply(
        "%", value instanceof Value.Text ? value : new Value.Text(Python.str(value)), values);
  }

  private static Value indent(Value value, Arguments arguments) {
    var given = arguments.bind("indent", "width", "first", "blank");
    String margin =
        given.get("width").orElse(new Value.Whole(4)) instanceof Value.Text(String text, _)
            ? text
            : " ".repeat(Limits.width(given.whole("width", 4)));
    if (!(value instanceof Value.Text(String whole, boolean markup))) {
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
    return new Value.Text(out.toString(), markup);
  }

  /**
   * Prints a value as Python's pprint does, with sorted keys; refuses a value that does not fit on
   * one line.
   */
  private static Value pretty(Value value, Arguments arguments) {
    arguments.bind("pprint");
    String text = Python.repr(sorted(value));
    if (PythonText.length(text) > PAGE) {
      throw new Refusal("'pprint' is supported for values of up to 80 characters; use 'tojson'");
    }
    return new Value.Text(text);
  }

  private static Value sorted(Value value) {
    return switch (value) {
      case Items items ->
          new Items(items.sort(), items.values().stream().map(Layout::sorted).toList());
      case Table table -> {
        Map<Value, Value> entries = new TreeMap<>(Operators::order);
        table.entries().forEach((key, entry) -> entries.put(key, sorted(entry)));
        yield new Table(entries);
      }
      default -> value;
    };
  }

  private static Value truncate(Value value, Arguments arguments) {
    var given = arguments.bind("truncate", "length", "killwords", "end", "leeway");
    String text = Python.str(value);
    String end = given.optionalText("end").orElse("...");
    long length = given.whole("length", 255);
    long leeway =
        given.get("leeway").filter(v -> v != Value.None.NONE).isPresent()
            ? given.whole("leeway", 5)
            : 5;
    int ending = PythonText.length(end);
    if (length < ending || leeway < 0) {
      throw new Refusal("'truncate' needs a length of at least " + ending);
    }
    int characters = PythonText.length(text);
    if (characters <= length + leeway) {
      return new Value.Text(text);
    }
    String cut = text.substring(0, text.offsetByCodePoints(0, (int) length - ending));
    int space = cut.lastIndexOf(' ');
    boolean whole = given.flag("killwords", false) || space < 0;
    return new Value.Text((whole ? cut : cut.substring(0, space)) + end);
  }

  private static Value words(Value value, Arguments arguments) {
    arguments.bind("wordcount");
    String text = Python.str(value);
    Work.spend(text.length() / 16);
    return new Value.Whole(WORD.matcher(text).results().count());
  }

  private static Value wrap(Value value, Arguments arguments) {
    var given =
        arguments.bind("wordwrap", "width", "break_long_words", "wrapstring", "break_on_hyphens");
    long width = given.whole("width", 79);
    if (width < 1) {
      throw new Refusal("'wordwrap' needs a width of at least 1");
    }
    String end = given.optionalText("wrapstring").orElse("\n");
    boolean breaks = given.flag("break_long_words", true);
    Pattern chunk = given.flag("break_on_hyphens", true) ? CHUNK : WHOLE_CHUNK;
    TextBuilder out = new TextBuilder();
    String between = "";
    for (String line : PythonText.lines(Python.str(value))) {
      out.append(between)
          .append(
              String.join(end, wrapped(line, (int) Math.min(width, Limits.TEXT), breaks, chunk)));
      between = end;
    }
    return new Value.Text(out.toString());
  }

  private static List<String> wrapped(String line, int width, boolean breaks, Pattern pattern) {
    Work.spend(line.length() / 16);
    List<String> lines = new ArrayList<>();
    List<String> row = new ArrayList<>();
    int used = 0;
    Matcher chunks = pattern.matcher(line);
    String rest = "";
    while (!rest.isEmpty() || chunks.find()) {
      String chunk = rest.isEmpty() ? chunks.group() : rest;
      rest = "";
      if (chunk.isBlank() && row.isEmpty() && !lines.isEmpty()) {
        continue; // a line does not begin with white space, except for the first
      }
      int length = PythonText.length(chunk);
      if (used + length <= width) {
        row.add(chunk);
        used += length;
        continue;
      }
      if (length > width) {
        int room = Math.max(0, width - used);
        if (breaks && room > 0) {
          int cut = chunk.offsetByCodePoints(0, room);
          row.add(chunk.substring(0, cut));
          rest = chunk.substring(cut);
        } else if (row.isEmpty()) {
          row.add(chunk);
        } else {
          rest = chunk;
        }
      } else {
        rest = chunk;
      }
      flush(row, lines);
      used = 0;
    }
    flush(row, lines);
    return lines;
  }

  private static void flush(List<String> row, List<String> lines) {
    if (!row.isEmpty() && row.getLast().isBlank()) {
      row.removeLast();
    }
    if (!row.isEmpty()) {
      PythonText.add(lines, String.join("", row));
    }
    row.clear();
  }
}
