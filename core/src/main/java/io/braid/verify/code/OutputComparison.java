package io.braid.verify.code;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a program wrote what it should: line by line and word by word, with spaces at the ends of
 * lines and empty lines at the end left out. Words are equal, or both are numbers, at least one
 * with a decimal point, that differ by at most 1e-6 of the one expected or 1e-6. Whole numbers are
 * exact, and so is upper and lower case.
 */
final class OutputComparison {
  private static final double TOLERANCE = 1e-6;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d{1,300}\\.?\\d{0,300}|\\.\\d{1,300})(?:[eE][-+]?\\d{1,3})?");

  private OutputComparison() {}

  static boolean same(String expected, String written) {
    List<String> right = lines(expected);
    List<String> given = lines(written);
    if (right.size() != given.size()) {
      return false;
    }
    for (int i = 0; i < right.size(); i++) {
      if (!right.get(i).equals(given.get(i)) && !sameWords(right.get(i), given.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> lines(String text) {
    return text.stripTrailing().lines().map(String::stripTrailing).toList();
  }

  private static boolean sameWords(String expected, String written) {
    String[] right = expected.strip().split("\\s+");
    String[] given = written.strip().split("\\s+");
    if (right.length != given.length) {
      return false;
    }
    for (int i = 0; i < right.length; i++) {
      if (!right[i].equals(given[i]) && !near(right[i], given[i])) {
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

  /** Exact at the edge, which differences of doubles are not. */
  static boolean near(BigDecimal expected, BigDecimal given) {
    BigDecimal scale = expected.abs().max(BigDecimal.ONE);
    return expected.subtract(given).abs().compareTo(scale.multiply(BigDecimal.valueOf(TOLERANCE)))
        <= 0;
  }
}
