package io.braid.templates.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** The codes of C's {@code strftime}, in English, with the flags of the GNU library. */
final class Strftime {
  private static final int WIDEST = 100;

  private Strftime() {}

  static String format(String format, Clock clock) {
    ZonedDateTime now = ZonedDateTime.now(clock);
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(String.valueOf(c));
        continue;
      }
      int at = i + 1;
      String flag = "";
      while (at + 1 < format.length() && "-_0^#".indexOf(format.charAt(at)) >= 0) {
        flag = format.substring(at, ++at);
      }
      int width = 0;
      while (at + 1 < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
        width = Math.min(WIDEST, width * 10 + format.charAt(at++) - '0');
      }
      if (at + 1 < format.length() && "EO".indexOf(format.charAt(at)) >= 0) {
        at++;
      }
      out.append(laidOut(code(format.charAt(at), now), flag, width));
      i = at;
    }
    return out.toString();
  }

  /**
   * The text of a code and its usual padding.
   *
   * @param fill the usual padding character
   * @param usual the usual width, in characters
   */
  private record Part(String text, char fill, int usual) {}

  private static String laidOut(Part part, String flag, int width) {
    String bare = part.text;
    char fill =
        switch (flag) {
          case "_" -> ' ';
          case "0" -> '0';
          default -> part.fill;
        };
    int wide = flag.equals("-") ? width : Math.max(width, part.usual);
    String text =
        flag.equals("^") ? bare.toUpperCase(Locale.ROOT) : flag.equals("#") ? swapped(bare) : bare;
    return String.valueOf(fill).repeat(Math.max(0, wide - text.length())) + text;
  }

  private static String swapped(String text) {
    boolean capital = text.equals(text.toUpperCase(Locale.ROOT));
    return capital ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
  }

  private static Part code(char code, ZonedDateTime now) {
    LocalDateTime local = now.toLocalDateTime();
    int weekday = local.getDayOfWeek().getValue(); // Monday is 1
    return switch (code) {
      case '%' -> text("%");
      case 'n' -> text("\n");
      case 't' -> text("\t");
      case 'a', 'A' -> text(pattern(code == 'a' ? "EEE" : "EEEE", now));
      case 'b', 'h', 'B' -> text(pattern(code == 'B' ? "MMMM" : "MMM", now));
      case 'p' -> text(pattern("a", now));
      case 'P' -> text(pattern("a", now).toLowerCase(Locale.ROOT));
      case 'd' -> number(local.getDayOfMonth(), '0', 2);
      case 'e' -> number(local.getDayOfMonth(), ' ', 2);
      case 'm' -> number(local.getMonthValue(), '0', 2);
      case 'y' -> number(Math.floorMod(local.getYear(), 100), '0', 2);
      case 'Y' -> number(local.getYear(), '0', 1);
      case 'C' -> number(Math.floorDiv(local.getYear(), 100), '0', 2);
      case 'H' -> number(local.getHour(), '0', 2);
      case 'k' -> number(local.getHour(), ' ', 2);
      case 'I' -> number(local.get(ChronoField.CLOCK_HOUR_OF_AMPM), '0', 2);
      case 'l' -> number(local.get(ChronoField.CLOCK_HOUR_OF_AMPM), ' ', 2);
      case 'M' -> number(local.getMinute(), '0', 2);
      case 'S' -> number(local.getSecond(), '0', 2);
      case 'f' -> number(local.getNano() / 1000, '0', 6);
      case 'j' -> number(local.getDayOfYear(), '0', 3);
      case 'u' -> number(weekday, '0', 1);
      case 'w' -> number(weekday % 7, '0', 1);
      case 'U' -> number((local.getDayOfYear() + 6 - weekday % 7) / 7, '0', 2);
      case 'W' -> number((local.getDayOfYear() + 6 - (weekday - 1)) / 7, '0', 2);
      case 'V' -> number(local.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), '0', 2);
      case 'G' -> number(local.get(IsoFields.WEEK_BASED_YEAR), '0', 1);
      case 'g' -> number(Math.floorMod(local.get(IsoFields.WEEK_BASED_YEAR), 100), '0', 2);
      case 's' -> number(now.toEpochSecond(), '0', 1);
      case 'D', 'x' -> text(pattern("MM/dd/uu", now));
      case 'F' -> text(pattern("uuuu-MM-dd", now));
      case 'R' -> text(pattern("HH:mm", now));
      case 'T', 'X' -> text(pattern("HH:mm:ss", now));
      case 'r' -> text(pattern("hh:mm:ss a", now));
      case 'c' -> text(format("%a %b %e %H:%M:%S %Y", Clock.fixed(now.toInstant(), now.getZone())));
      case 'z', 'Z' -> text(""); // Python's local time here has no zone
      default -> throw new Refusal("strftime_now's code '%" + code + "' is not supported");
    };
  }

  private static Part text(String text) {
    return new Part(text, ' ', 0);
  }

  private static Part number(long value, char fill, int usual) {
    return new Part(Long.toString(value), fill, usual);
  }

  private static String pattern(String pattern, ZonedDateTime now) {
    return now.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
