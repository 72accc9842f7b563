package io.braid.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of strings that templates use; Python's others are refused by name. */
final class TextMethods {
  private static final Set<String> REFUSED =
      Set.of(
          "casefold",
          "center",
          "encode",
          "expandtabs",
          "format",
          "format_map",
          "isascii",
          "isdecimal",
          "isidentifier",
          "isnumeric",
          "isprintable",
          "istitle",
          "ljust",
          "maketrans",
          "rjust",
          "swapcase",
          "translate",
          "zfill");

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
          case "count" -> body(a -> new Value.Whole(count(text, one(a, name))));
          case "join" -> body(a -> join(text, a));
          case "isdigit" -> body(a -> bool(all(text, a, name, Character::isDigit)));
          case "isalpha" -> body(a -> bool(all(text, a, name, Character::isLetter)));
          case "isalnum" -> body(a -> bool(all(text, a, name, Character::isLetterOrDigit)));
          case "isspace" -> body(a -> bool(all(text, a, name, PythonText::isSpace)));
          case "isupper" -> body(a -> bool(none(a, name, PythonText.isUpper(text))));
          case "islower" -> body(a -> bool(none(a, name, PythonText.isLower(text))));
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
    // From the right is from the left in a mirror.
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

  /** The first place from here that is no white space, or the first that is. */
  private static int skip(String text, int from, boolean space) {
    int to = from;
    while (to < text.length() && PythonText.isSpace(text.charAt(to)) == space) {
      to++;
    }
    return to;
  }

  private static Value lines(String text, Arguments arguments) {
    arguments.bind("splitlines");
    return texts(PythonText.lines(text));
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

  private static boolean affix(String text, Arguments arguments, String name) {
    Value affix = arguments.bind(name, "text").need("text");
    List<Value> choices =
        affix instanceof Items items && items.sort() == Items.Kind.TUPLE
            ? items.values()
            : List.of(affix);
    return choices.stream()
        .anyMatch(choice -> {
          if (!(choice instanceof Value.Text(String piece))) {
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

  private static Value find(String text, Arguments arguments, String name) {
    String piece = one(arguments, name);
    int hit =
        name.startsWith("r") ? PythonText.findLast(text, piece) : PythonText.find(text, piece, 0);
    if (hit < 0 && name.endsWith("index")) {
      throw new Refusal("'" + name + "' does not find the string");
    }
    return new Value.Whole(hit < 0 ? -1 : text.codePointCount(0, hit));
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
      if (!(value instanceof Value.Text(String piece))) {
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
