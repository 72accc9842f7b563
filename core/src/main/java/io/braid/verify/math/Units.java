package io.braid.verify.math;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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
      mod
      """;

  private static final Map<String, String> NAMES = names();

  /** Single letters that name units; they may as well be variables. */
  private static final Set<String> LETTERS =
      Set.of("m", "s", "g", "h", "L", "l", "N", "J", "K", "V", "W", "A", "C", "F", "T", "Z");

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

  /** The same for the same unit, {@code square feet} and {@code ft^2}; empty when not known. */
  static String canonical(String unit) {
    StringBuilder key = new StringBuilder();
    String power = "";
    boolean known = false;
    for (String word : unit.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
      switch (word) {
        case "square", "sq", "squared", "2" -> power = "2";
        case "cubic", "cu", "cubed", "3" -> power = "3";
        case "", "per", "of", "the", "long", "tall", "each" -> {}
        default -> {
          String name = NAMES.get(word);
          known |= name != null;
          key.append(name == null ? word : name).append(' ');
        }
      }
    }
    return known && !key.toString().equals("unit ") ? key + power : "";
  }
}
