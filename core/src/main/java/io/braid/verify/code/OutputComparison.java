package io.braid.verify.code;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Compares a program's output with the expected output, line by line and word by word, ignoring
 * trailing spaces of lines and trailing empty lines. Two words match if they are equal, or if both
 * are numbers, at least one of them has a decimal point, and they differ by at most 1e-6 × max(1,
 * |expected|). Integers and letter case must match exactly.
 */
final class OutputComparison {
  private static final double TOLERANCE = 1e-6;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d{1,300}\\.?\\d{0,300}|\\.\\d{1,300})(?:[eE][-+]?\\d{1,3})?");

  private OutputComparison() {}

  static boolean same(String expected, String written) {
    List<String> wanted = lines(expected);
    List<String> given = lines(written);
    if (wanted.size() != given.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (!wanted.get(i).equals(given.get(i)) && !sameWords(wanted.get(i), given.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> lines(String text) {
    return text.stripTrailing().lines().map(String::stripTrailing).toList();
  }

  private static boolean sameWords(String expected, String written) {
    String[] wanted = expected.strip().split("\\s+");
    String[] given = written.strip().split("\\s+");
    if (wanted.length != given.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].equals(given[i]) && !near(wanted[i], given[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean near(String expected, String written) {
    if (expected.indexOf('.') < 0 && written.indexOf('.') < 0) {
      return false;
    }
    if (!NUMBER.matcher(expected).matches() || !NUMBER.matcher(written).matches()) {
      return false;
    }
    return near(new BigDecimal(expected), new BigDecimal(written));
  }

  /**
   * Compares two numbers in exact decimal arithmetic, since differences between doubles would be
   * inexact near the tolerance.
   */
  static boolean near(BigDecimal expected, BigDecimal given) {
    BigDecimal scale = expected.abs().max(BigDecimal.ONE);
    return expected.subtract(given).abs().compareTo(scale.multiply(BigDecimal.valueOf(TOLERANCE)))
        <= 0;
  }
}
