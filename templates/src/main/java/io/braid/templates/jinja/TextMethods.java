package io.braid.templates.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** The string methods that templates use; any other Python method causes an error with its name. */
final class TextMethods {
  private static final Set<String> REFUSED = Set.of("encode", "maketrans", "translate");

  private TextMethods() {}

  static Optional<Value> find(String text, String name) {
    Work.spendOn(text);
    Optional<Function.Body> body =
        switch (name) {
          case "strip" -> body(a -> text(strip(text, a, name, true, true)));
          case "lstrip" -> body(a -> text(strip(text, a, name, true, false)));
          case "rstrip" -> body(a -> text(strip(text, a, name, false, true)));
          case "split" -> body(a -> split(text, a, false));
          case "rsplit" -> body(a -> split(text, a, true));
          case "splitlines" -> body(a -> lines(text, a));
          case "partition" -> body(a -> partition(text, a, false));
          case "rpartition" -> body(a -> partition(text, a, true));
          case "startswith" -> body(a -> bool(affix(text, a, name)));
          case "endswith" -> body(a -> bool(affix(text, a, name)));
          case "removeprefix" -> body(a -> text(removePrefix(text, one(a, name))));
          case "removesuffix" -> body(a -> text(removeSuffix(text, one(a, name))));
          case "upper" -> body(a -> text(none(a, name, text.toUpperCase(Locale.ROOT))));
          case "lower" -> body(a -> text(none(a, name, text.toLowerCase(Locale.ROOT))));
          case "capitalize" -> body(a -> text(none(a, name, PythonText.capitalize(text))));
          case "title" -> body(a -> text(none(a, name, PythonText.title(text))));
          case "replace" -> body(a -> replace(text, a));
          case "find", "index", "rfind", "rindex" -> body(a -> find(text, a, name));
          case "count" -> body(a -> count(text, a));
          case "join" -> body(a -> join(text, a));
          case "isdigit" -> body(a -> bool(all(text, a, name, Character::isDigit)));
          case "isalpha" -> body(a -> bool(all(text, a, name, Character::isLetter)));
          case "isalnum" -> body(a -> bool(all(text, a, name, Character::isLetterOrDigit)));
          case "isspace" -> body(a -> bool(all(text, a, name, PythonText::isSpace)));
          case "isupper" -> body(a -> bool(none(a, name, PythonText.isUpper(text))));
          case "islower" -> body(a -> bool(none(a, name, PythonText.isLower(text))));
          case "casefold" ->
              body(
                  a -> text(none(a, name, text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT))));
          case "swapcase" -> body(a -> text(none(a, name, swapped(text))));
          case "istitle" ->
              body(a -> bool(none(a, name, hasCase(text) && PythonText.title(text).equals(text))));
          case "isascii" -> body(a -> bool(none(a, name, text.chars().allMatch(c -> c < 128))));
          case "isprintable" ->
              body(a -> bool(none(a, name, text.codePoints().allMatch(PythonText::isPrintable))));
          case "isdecimal" -> body(a -> bool(all(text, a, name, TextMethods::isDecimal)));
          case "isnumeric" -> body(a -> bool(all(text, a, name, TextMethods::isNumeric)));
          case "isidentifier" ->
              body(a ->
                  bool(
                      none(
                          a,
                          name,
                          text.matches(
                              "(?U)[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}_]*"))));
          case "center", "ljust", "rjust" -> body(a -> text(filled(text, a, name)));
          case "zfill" ->
              body(a ->
                  text(
                      Layout.zeros(
                          text, Operators.whole(a.bind(name, "width").need("width"), "'width'"))));
          case "expandtabs" ->
              body(
                  a -> text(Layout.withoutTabs(text, a.bind(name, "tabsize").whole("tabsize", 8))));
          case "format" -> body(a -> text(Formatting.braces(text, a)));
          case "format_map" -> body(a -> text(Formatting.braces(text, named(a))));
          default -> Optional.empty();
        };
    return body.<Value>map(b -> new Function(name, b))
        .or(() -> REFUSED.contains(name) ? Optional.of(Function.refused(name)) : Optional.empty());
  }

  private static Optional<Function.Body> body(Function.Body body) {
    return Optional.of(body);
  }

  private static Value text(String text) {
    return new Value.Text(text);
  }

  private static Value bool(boolean value) {
    return new Value.Bool(value);
  }

  private static Value texts(List<String> texts) {
    return Items.list(texts.stream().map(TextMethods::text).toList());
  }

  private static boolean isDecimal(int c) {
    return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
  }

  private static boolean isNumeric(int c) {
    int type = Character.getType(c);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  private static boolean hasCase(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static String swapped(String text) {
    TextBuilder swapped = new TextBuilder();
    for (int c : text.codePoints().toArray()) {
      String letter = Character.toString(c);
      swapped.append(
          Character.isUpperCase(c)
              ? letter.toLowerCase(Locale.ROOT)
              : letter.toUpperCase(Locale.ROOT));
    }
    return swapped.toString();
  }

  private static String filled(String text, Arguments arguments, String name) {
    var given = arguments.bind(name, "width", "fillchar");
    long width = Operators.whole(given.need("width"), "'width'");
    String fill = given.optionalText("fillchar").orElse(" ");
    if (fill.codePointCount(0, fill.length()) != 1) {
      throw new Refusal("'" + name + "' fills with one character");
    }
    return name.equals("center")
        ? Layout.centered(text, width, fill)
        : Layout.filled(text, width, fill, name.equals("rjust"));
  }

  private static Arguments named(Arguments arguments) {
    if (!(arguments.bind("format_map", "mapping").need("mapping") instanceof Table table)) {
      throw new Refusal("'format_map' needs a mapping");
    }
    Map<String, Value> byName = new LinkedHashMap<>();
    table.entries().forEach((key, value) -> byName.put(Python.str(key), value));
    return new Arguments(List.of(), byName);
  }

  private static <T> T none(Arguments arguments, String name, T result) {
    arguments.bind(name);
    return result;
  }

  private static String one(Arguments arguments, String name) {
    return arguments.bind(name, "text").text("text");
  }

  private static String strip(
      String text, Arguments arguments, String name, boolean left, boolean right) {
    Optional<String> set = arguments.bind(name, "chars").optionalText("chars");
    if (set.isPresent()) {
      return PythonText.strip(text, set.get(), left, right);
    }
    String half = left ? PythonText.stripLeft(text) : text;
    return right ? PythonText.stripRight(half) : half;
  }

  private static Value split(String text, Arguments arguments, boolean fromRight) {
    var given = arguments.bind(fromRight ? "rsplit" : "split", "sep", "maxsplit");
    long most = given.whole("maxsplit", -1);
    long cuts = most < 0 ? Long.MAX_VALUE : most;
    Optional<String> separator = given.optionalText("sep");
    if (separator.isPresent() && separator.get().isEmpty()) {
      throw new Refusal("'split' needs a separator that is not empty");
    }
    if (!fromRight) {
      return texts(
          separator.map(s -> splitAt(text, s, cuts)).orElseGet(() -> splitAtSpace(text, cuts)));
    }
    // Splitting from the right is splitting the reversed text from the left.
    String mirrored = mirror(text);
    List<String> pieces =
        separator
            .map(s -> splitAt(mirrored, mirror(s), cuts))
            .orElseGet(() -> splitAtSpace(mirrored, cuts));
    List<String> result = new ArrayList<>(pieces.stream().map(TextMethods::mirror).toList());
    Collections.reverse(result);
    return texts(result);
  }

  private static String mirror(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  private static List<String> splitAt(String text, String separator, long cuts) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int hit = PythonText.find(text, separator, 0);
        hit >= 0 && pieces.size() < cuts;
        hit = PythonText.find(text, separator, from)) {
      PythonText.add(pieces, text.substring(from, hit));
      from = hit + separator.length();
    }
    PythonText.add(pieces, text.substring(from));
    return pieces;
  }

  private static List<String> splitAtSpace(String text, long cuts) {
    List<String> pieces = new ArrayList<>();
    int from = skip(text, 0, true);
    while (from < text.length() && pieces.size() < cuts) {
      int to = skip(text, from, false);
      PythonText.add(pieces, text.substring(from, to));
      from = skip(text, to, true);
    }
    if (from < text.length()) {
      PythonText.add(pieces, text.substring(from));
    }
    return pieces;
  }

  /** Skips white space, or everything else if {@code space} is false; returns the next index. */
  private static int skip(String text, int from, boolean space) {
    int to = from;
    while (to < text.length() && PythonText.isSpace(text.charAt(to)) == space) {
      to++;
    }
    return to;
  }

  private static Value lines(String text, Arguments arguments) {
    boolean ends = arguments.bind("splitlines", "keepends").flag("keepends", false);
    return texts(PythonText.lines(text, ends));
  }

  private static Value partition(String text, Arguments arguments, boolean last) {
    String separator = one(arguments, last ? "rpartition" : "partition");
    if (separator.isEmpty()) {
      throw new Refusal("'partition' needs a separator that is not empty");
    }
    int hit = last ? PythonText.findLast(text, separator) : PythonText.find(text, separator, 0);
    if (hit < 0) {
      return last
          ? Items.tuple(text(""), text(""), text(text))
          : Items.tuple(text(text), text(""), text(""));
    }
    return Items.tuple(
        text(text.substring(0, hit)),
        text(separator),
        text(text.substring(hit + separator.length())));
  }

  private static boolean affix(String whole, Arguments arguments, String name) {
    var given = arguments.bind(name, "text", "start", "end");
    Value affix = given.need("text");
    String text = part(whole, given);
    List<Value> choices =
        affix instanceof Items items && items.sort() == Items.Kind.TUPLE
            ? items.values()
            : List.of(affix);
    return choices.stream()
        .anyMatch(choice -> {
          if (!(choice instanceof Value.Text(String piece, _))) {
            throw new Refusal("'%s' needs a string, not %s".formatted(name, choice.kind()));
          }
          return name.equals("startswith") ? text.startsWith(piece) : text.endsWith(piece);
        });
  }

  private static String removePrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String removeSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static Value replace(String text, Arguments arguments) {
    var given = arguments.bind("replace", "old", "new", "count");
    return text(
        PythonText.replace(text, given.text("old"), given.text("new"), given.whole("count", -1)));
  }

  private static Value find(String whole, Arguments arguments, String name) {
    var given = arguments.bind(name, "text", "start", "end");
    String piece = given.text("text");
    String text = part(whole, given);
    int hit =
        name.startsWith("r") ? PythonText.findLast(text, piece) : PythonText.find(text, piece, 0);
    if (hit < 0 && name.endsWith("index")) {
      throw new Refusal("'" + name + "' does not find the string");
    }
    return new Value.Whole(hit < 0 ? -1 : before(whole, given) + text.codePointCount(0, hit));
  }

  /** Returns the part of the text between the two bounds of a method. */
  private static String part(String text, Arguments.Bound given) {
    boolean bounded =
        Stream.of("start", "end")
            .anyMatch(name -> given.get(name).filter(v -> v != Value.None.NONE).isPresent());
    return bounded ? Python.str(slice(given).of(new Value.Text(text))) : text;
  }

  private static Slice slice(Arguments.Bound given) {
    return new Slice(bound(given, "start"), bound(given, "end"), Optional.empty());
  }

  private static Optional<Long> bound(Arguments.Bound given, String name) {
    return given
        .get(name)
        .filter(v -> v != Value.None.NONE)
        .map(v -> Operators.whole(v, "'" + name + "'"));
  }

  private static long before(String text, Arguments.Bound given) {
    int length = PythonText.length(text);
    long start = bound(given, "start").orElse(0L);
    return Math.max(0, Math.min(length, start < 0 ? start + length : start));
  }

  private static Value count(String text, Arguments arguments) {
    var given = arguments.bind("count", "text", "start", "end");
    return new Value.Whole(count(part(text, given), given.text("text")));
  }

  private static long count(String text, String piece) {
    if (piece.isEmpty()) {
      return PythonText.length(text) + 1L;
    }
    long count = 0;
    for (int hit = PythonText.find(text, piece, 0);
        hit >= 0;
        hit = PythonText.find(text, piece, hit + piece.length())) {
      count++;
    }
    return count;
  }

  private static Value join(String separator, Arguments arguments) {
    TextBuilder joined = new TextBuilder();
    String between = "";
    for (Value value : Python.entries(arguments.bind("join", "iterable").need("iterable"))) {
      if (!(value instanceof Value.Text(String piece, _))) {
        throw new Refusal("'join' needs strings, not " + value.kind());
      }
      joined.append(between).append(piece);
      between = separator;
    }
    return text(joined.toString());
  }

  private static boolean all(String text, Arguments arguments, String name, IntPredicate is) {
    arguments.bind(name);
    return !text.isEmpty() && text.codePoints().allMatch(is);
  }
}
