package io.braid.verify.math;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Units of measurement and what is counted, by their usual names. */
final class Units {
  /** A line is one unit: its symbol or first name, then its other names. */
  private static final String TABLE =
      """
      mm millimeter millimeters millimetre millimetres
      cm centimeter centimeters centimetre centimetres
      dm decimeter decimeters
      m meter meters metre metres
      km kilometer kilometers kilometre kilometres
      nm nanometer nanometers
      inch inches in
      ft foot feet
      yd yard yards
      mile miles mi
      mph
      kph kmph
      mg milligram milligrams
      g gram grams
      kg kilogram kilograms kilo kilos
      ton tons tonne tonnes
      lb lbs pound pounds
      oz ounce ounces
      ml milliliter milliliters millilitre millilitres
      liter liters litre litres l
      gallon gallons gal
      second seconds sec secs s
      minute minutes min mins
      hour hours hr hrs h
      day days
      week weeks
      month months
      year years yr yrs
      dollar dollars usd bucks
      cent cents
      euro euros
      yuan
      rupee rupees
      pence
      degree degrees deg
      radian radians rad
      percent pct
      unit units
      hz hertz
      khz
      mhz
      ghz
      ev
      kev
      mev
      gev
      n newton newtons
      j joule joules
      kj
      w watt watts
      kw
      mw
      v volt volts
      ohm ohms
      pa pascal pascals
      kpa
      atm
      mol mole moles
      k kelvin
      erg ergs
      angstrom angstroms
      au
      pc parsec parsecs
      people person persons
      am
      pm
      way ways
      """;

  private static final Map<String, String> NAMES = names();

  /** Single letters that name units; they may as well be variables. */
  private static final Set<String> LETTERS =
      Set.of("m", "s", "g", "h", "L", "l", "N", "J", "K", "V", "W", "A", "C", "F", "T", "Z");

  /** Letters that are units where a unit is expected. */
  private static final Map<String, String> SYMBOLS =
      Map.of("s", "second", "h", "hour", "L", "liter");

  /** What says that another answer or a condition follows. */
  private static final Set<String> NO_UNITS = Set.of("or", "not", "mod", "but", "if", "unless");

  private static final Pattern PIECE =
      Pattern.compile("\\\\[a-zA-Z]+|[a-zA-Z]+|[0-9](?![0-9])|[/²³-]");

  private Units() {}

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    TABLE
        .lines()
        .map(line -> line.split(" "))
        .forEach(line -> {
          for (String name : line) {
            names.put(name, line[0]);
          }
        });
    return names;
  }

  static boolean isUnit(String word) {
    return NAMES.containsKey(word.toLowerCase(Locale.ROOT));
  }

  static boolean isLetter(String symbol) {
    return LETTERS.contains(symbol);
  }

  /** Words for the unit of what has no unit: {@code square units} are units. */
  static String plain(String unit) {
    return unit.strip().matches("(?:square|sq\\.?|cubic|cu\\.?) +units?") ? "units" : unit;
  }

  /** Whether a text behind a number holds no other number and no condition. */
  static boolean isClean(String unit) {
    String words = unit.replaceAll("\\^ ?\\{? ?-? ?\\d ?\\}?|[²³]", " ");
    boolean alone =
        words.chars().noneMatch(Character::isDigit)
            && Arrays.stream(words.toLowerCase(Locale.ROOT).split("[^a-z]+"))
                .noneMatch(NO_UNITS::contains);
    return alone || unit.startsWith("pmod");
  }

  /**
   * The same for the same unit, {@code square feet} and {@code ft^2}; empty when not known. Each
   * word has its exponent, which is negative behind a slash or {@code per}.
   */
  static String canonical(String unit) {
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
            known |= isUnit(piece) || SYMBOLS.containsKey(piece);
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

  /** {@code meV} are thousandths, {@code MeV} and what has one case are millions. */
  private static String name(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    boolean milli =
        lower.matches("m(?:ev|w|hz|pa|v|j)")
            && word.startsWith("m")
            && !word.equals(lower)
            && Character.isUpperCase(word.charAt(word.startsWith("me") ? 2 : 1));
    String own = SYMBOLS.getOrDefault(word, lower);
    return (milli ? "milli " : "") + NAMES.getOrDefault(own, own);
  }
}
