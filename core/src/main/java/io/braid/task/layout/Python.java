package io.braid.task.layout;

import java.util.regex.Pattern;

/** Rules of Python needed to write a function call. */
final class Python {
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]{0,199}", Pattern.UNICODE_CHARACTER_CLASS);

  private Python() {}

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
