package io.braid.templates.jinja;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filters for HTML, which some chat templates use. */
final class Html {
  private static final Pattern ENTITY =
      Pattern.compile("&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-z]{2,4});");
  private static final Map<String, String> NAMED =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0");

  private Html() {}

  static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> all = new HashMap<>();
    all.put("safe", (v, a) -> none(a, "safe", markup(Python.str(v))));
    all.put("e", (v, a) -> none(a, "e", escaped(v)));
    all.put("escape", (v, a) -> none(a, "escape", escaped(v)));
    all.put("forceescape", (v, a) -> none(a, "forceescape", markup(escape(Python.str(v)))));
    all.put(
        "striptags", (v, a) -> none(a, "striptags", new Value.Text(withoutTags(Python.str(v)))));
    all.put("urlencode", (v, a) -> none(a, "urlencode", new Value.Text(urlencode(v))));
    all.put("xmlattr", Html::attributes);
    return all;
  }

  private static Value none(Arguments arguments, String name, Value result) {
    arguments.bind(name);
    return result;
  }

  private static Value markup(String text) {
    return new Value.Text(text, true);
  }

  /** Returns a value as markup; markup is unchanged. */
  static Value escaped(Value value) {
    return value instanceof Value.Text(String text, boolean done) && done
        ? value
        : markup(escape(Python.str(value)));
  }

  /** Computes {@code a + b} if one operand is markup; the other operand is escaped. */
  static Value joined(Value a, Value b) {
    return markup(
        new TextBuilder().append(Python.str(escaped(a))).append(Python.str(escaped(b))).toString());
  }

  static String escape(String text) {
    TextBuilder out = new TextBuilder();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      String entity =
          switch (text.charAt(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\'' -> "&#39;";
            case '"' -> "&#34;";
            default -> "";
          };
      if (!entity.isEmpty()) {
        out.append(text.substring(from, i)).append(entity);
        from = i + 1;
      }
    }
    return out.append(text.substring(from)).toString();
  }

  private static String withoutTags(String text) {
    String bare = without(without(text, "<!--", "-->"), "<", ">");
    List<String> words = new ArrayList<>();
    for (String word : bare.strip().split("\\s+", -1)) {
      PythonText.add(words, word);
    }
    Matcher entity = ENTITY.matcher(String.join(" ", words));
    return entity.replaceAll(
        match -> Matcher.quoteReplacement(character(match.group(1), match.group())));
  }

  private static String character(String name, String otherwise) {
    if (name.charAt(0) != '#') {
      return NAMED.getOrDefault(name, otherwise);
    }
    boolean hex = Character.toLowerCase(name.charAt(1)) == 'x';
    int code = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
    return Character.isValidCodePoint(code) ? Character.toString(code) : "\ufffd";
  }

  private static String without(String text, String begin, String end) {
    TextBuilder out = new TextBuilder();
    int from = 0;
    for (int open = text.indexOf(begin); open >= 0; open = text.indexOf(begin, from)) {
      int close = text.indexOf(end, open);
      if (close < 0) {
        break;
      }
      out.append(text.substring(from, open));
      from = close + end.length();
    }
    return out.append(text.substring(from)).toString();
  }

  private static String urlencode(Value value) {
    if (value instanceof Value.Text(String text, _)) {
      return quoted(text, "/");
    }
    boolean pairs = value instanceof Table || value instanceof Items || value instanceof Once;
    if (!pairs) {
      return quoted(Python.str(value), "/");
    }
    List<Value> entries =
        value instanceof Table table
            ? table.items(Items.Kind.LIST).values()
            : Python.entries(value);
    TextBuilder out = new TextBuilder();
    String between = "";
    for (Value entry : entries) {
      List<Value> pair = Python.entries(entry);
      if (pair.size() != 2) {
        throw new Refusal("'urlencode' needs pairs of a key and a value");
      }
      out.append(between).append(quoted(Python.str(pair.get(0)), "").replace("%20", "+"));
      out.append("=").append(quoted(Python.str(pair.get(1)), "").replace("%20", "+"));
      between = "&";
    }
    return out.toString();
  }

  private static String quoted(String text, String safe) {
    TextBuilder out = new TextBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          c < 128
              && (Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0 || safe.indexOf(c) >= 0);
      out.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return out.toString();
  }

  private static Value attributes(Value value, Arguments arguments) {
    boolean space = arguments.bind("xmlattr", "autospace").flag("autospace", true);
    if (!(value instanceof Table table)) {
      throw new Refusal("'xmlattr' needs a mapping, not " + value.kind());
    }
    TextBuilder out = new TextBuilder();
    for (var entry : table.entries().entrySet()) {
      if (entry.getValue() == Value.None.NONE || entry.getValue() instanceof Value.Undefined) {
        continue;
      }
      String key = Python.str(entry.getKey());
      if (key.matches("(?s).*[\\s/>=].*")) {
        throw new Refusal("'xmlattr' has a key that can be no attribute's name");
      }
      out.append(out.isEmpty() && !space ? "" : " ").append(escape(key)).append("=\"");
      out.append(Python.str(escaped(entry.getValue()))).append("\"");
    }
    return new Value.Text(out.toString());
  }
}
