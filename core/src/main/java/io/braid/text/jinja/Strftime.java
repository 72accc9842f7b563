package io.braid.text.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The common codes of C's {@code strftime}, in English. */
final class Strftime {
  private Strftime() {}

  static String format(String format, Clock clock) {
    LocalDateTime now = LocalDateTime.now(clock);
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == '%' && i + 1 < format.length()) {
        out.append(code(format.charAt(++i), now));
      } else {
        out.append(String.valueOf(c));
      }
    }
    return out.toString();
  }

  private static String code(char code, LocalDateTime now) {
    if (code == '%') {
      return "%";
    }
    String pattern =
        switch (code) {
          case 'd' -> "dd";
          case 'm' -> "MM";
          case 'y' -> "uu";
          case 'Y' -> "uuuu";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'j' -> "DDD";
          case 'F' -> "uuuu-MM-dd";
          case 'T' -> "HH:mm:ss";
          default -> throw new Refusal("strftime_now's code '%" + code + "' is not supported");
        };
    return now.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
