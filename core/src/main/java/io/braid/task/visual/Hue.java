package io.braid.task.visual;

import java.util.List;
import java.util.Locale;

/** The colours of things in pictures, and of lines and paper. */
enum Hue {
  RED(0xdc2828),
  BLUE(0x2850dc),
  GREEN(0x28a03c),
  YELLOW(0xf0d228),
  PURPLE(0x9a3cbe),
  ORANGE(0xf58c1e),
  PINK(0xf596c8),
  BROWN(0x78461e),
  BLACK(0x000000),
  GREY(0xd2d2d2),
  WHITE(0xffffff);

  /** The colours that questions name; the first ones are the easiest to tell apart. */
  static final List<Hue> NAMED = List.of(RED, BLUE, GREEN, YELLOW, PURPLE, ORANGE, PINK, BROWN);

  /** The colours of the kinds that need fewer. */
  static final List<Hue> SIX = NAMED.subList(0, 6);

  private final int rgb;

  Hue(int rgb) {
    this.rgb = rgb;
  }

  /** Returns red, green and blue, 8 bits each. */
  int rgb() {
    return rgb;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
