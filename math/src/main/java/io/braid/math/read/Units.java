package io.braid.math.read;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Units of measurement and nouns after numbers. */
public final class Units {
  private static final WordLists LISTS = WordLists.of(Units.class);

  /** Maps each name of a unit to the unit's first name. */
  private static final Map<String, String> NAMES = LISTS.names("Units.NAMES");

  /** Single letters that are units; they may also be variables. */
  private static final Set<String> LETTERS = LISTS.set("Units.LETTERS");

  /** Letters that are units where a unit is expected, with their names; M is not a metre. */
  private static final Map<String, String> SYMBOLS = LISTS.meanings("Units.SYMBOLS");

  private static final Set<String> SCALES = LISTS.set("Units.SCALES");

  private static final int LONGEST_NOUN = 60;
  private static final Pattern NOUN = Pattern.compile("[\\p{L}\\p{M}\\s.,'’/-]+");
  private static final Pattern WORD_END = Pattern.compile("[^\\p{L}\\p{M}']+");

  private static final Pattern PIECE =
      Pattern.compile("\\\\[a-zA-Z]+|[a-zA-Z]+|[0-9](?![0-9])|[/²³-]");

  private Units() {}

  /** Returns whether a word is a name of a unit. */
  public static boolean isUnit(String word) {
    return NAMES.containsKey(word.toLowerCase(Locale.ROOT));
  }

  /** Returns whether a symbol is a letter that names a unit. */
  public static boolean isLetter(String symbol) {
    return LETTERS.contains(symbol);
  }

  /** Removes words for unnamed units, such as {@code square units}. */
  static String plain(String unit) {
    return unit.strip().matches("(?:square|sq\\.?|cubic|cu\\.?) +units?") ? "units" : unit;
  }

  /** Returns whether the text after a number contains no other number and no condition. */
  public static boolean isClean(String unit) {
    String words = unit.replaceAll("\\^ ?\\{? ?-? ?\\d ?\\}?|[²³]", " ");
    return unit.startsWith("pmod")
        || words.chars().noneMatch(Character::isDigit) && NounWords.areClean(words(words));
  }

  /**
   * Returns whether the text after a number can name the counted or measured thing, that is,
   * whether it is only a few words.
   */
  public static boolean isNoun(String unit) {
    return unit.length() <= LONGEST_NOUN
        && NOUN.matcher(unit).matches()
        && NounWords.affirms(unit)
        && isClean(unit);
  }

  /**
   * Returns whether all words in one text also occur in the other: {@code right triangles}, {@code
   * triangles}.
   */
  public static boolean areRelated(String a, String b) {
    boolean letters = a.strip().length() == 1 && b.strip().length() == 1;
    if (letters) {
      return a.strip().equals(b.strip());
    }
    Set<String> left = singular(a);
    Set<String> right = singular(b);
    return left.containsAll(right) || right.containsAll(left);
  }

  /**
   * Returns whether one text is the other with additional words that are not units: {@code days},
   * {@code days in total}.
   */
  public static boolean differInRemarks(String a, String b) {
    Set<String> left = singular(a);
    Set<String> right = singular(b);
    Set<String> more = new HashSet<>(left.size() > right.size() ? left : right);
    more.removeAll(left.size() > right.size() ? right : left);
    return isNoun(a)
        && isNoun(b)
        && (a + b).indexOf('/') < 0
        && !more.isEmpty()
        && areRelated(a, b)
        && more.stream()
            .noneMatch(word -> !word.equals("in") && isUnit(word) || SCALES.contains(word));
  }

  private static Set<String> singular(String unit) {
    return words(unit).stream()
        .map(word -> word.length() > 3 ? word.replaceFirst("(?<=[sxh])es$|(?<!s)s$", "") : word)
        .collect(Collectors.toSet());
  }

  private static List<String> words(String text) {
    return WORD_END
        .splitAsStream(text.toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /**
   * Returns a string that is the same for equal units, such as {@code square feet} and {@code
   * ft^2}; empty for an unknown unit. Each word has its exponent, which is negative after a slash
   * or {@code per}.
   */
  public static String canonical(String unit) {
    Map<String, Integer> powers = new TreeMap<>();
    Matcher pieces = PIECE.matcher(unit);
    String last = "";
    int sign = 1;
    int next = 1;
    boolean known = false;
    boolean minus = false;
    while (pieces.find()) {
      String piece = pieces.group();
      switch (piece.toLowerCase(Locale.ROOT)) {
        case "square", "sq" -> next = 2;
        case "cubic", "cu" -> next = 3;
        case "squared", "²" -> powers.merge(last, sign, Integer::sum);
        case "cubed", "³" -> powers.merge(last, 2 * sign, Integer::sum);
        case "/", "per" -> sign = -1;
        case "-" -> minus = true;
        case "mph" -> known |= speed("mile", powers);
        case "kph", "kmph" -> known |= speed("km", powers);
        case "of", "the", "long", "tall", "each" -> {}
        default -> {
          if (piece.startsWith("\\")) {
            continue;
          }
          if (Character.isDigit(piece.charAt(0))) {
            int exponent = (minus ? -1 : 1) * Integer.parseInt(piece);
            powers.merge(last, sign * (exponent - 1), Integer::sum);
            minus = false;
          } else {
            last = name(piece);
            known |= piece.length() > 1 ? isUnit(piece) : SYMBOLS.containsKey(piece);
            powers.merge(last, sign * next, Integer::sum);
            next = 1;
          }
        }
      }
    }
    powers.remove("");
    boolean none = !known || powers.keySet().equals(Set.of("unit"));
    return none ? "" : powers.size() == 1 && powers.containsValue(1) ? last : powers.toString();
  }

  private static boolean speed(String length, Map<String, Integer> powers) {
    powers.merge(length, 1, Integer::sum);
    powers.merge("hour", -1, Integer::sum);
    return true;
  }

  /**
   * Returns the first name of a unit. The prefix in {@code meV} is milli; the prefix in {@code
   * MeV}, and in words written in a single case, is mega.
   */
  private static String name(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    boolean milli =
        lower.matches("m(?:ev|w|hz|pa|v|j)")
            && word.startsWith("m")
            && !word.equals(lower)
            && Character.isUpperCase(word.charAt(word.startsWith("me") ? 2 : 1));
    if (word.length() == 1 && !SYMBOLS.containsKey(word)) {
      return word;
    }
    String own = SYMBOLS.getOrDefault(word, lower);
    return (milli ? "milli " : "") + NAMES.getOrDefault(own, own);
  }
}
