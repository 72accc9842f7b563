package io.braid;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * The checks that settings share, each with one wording. Every method throws a {@link SettingError}
 * that names the setting's key, what it must be and what it is. {@code NaN} never passes.
 */
public final class Check {
  private Check() {}

  /** A whole number that must not be below a bound. */
  public static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw refused(key, "at least " + least, value);
    }
  }

  /** A number that must not be below a bound. */
  public static void atLeast(String key, double value, double least) {
    if (!(value >= least)) {
      throw refused(key, "at least " + plain(least), value);
    }
  }

  /** A whole number that must not be below a bound where it is given. */
  public static void atLeast(String key, Optional<Integer> value, long least) {
    value.ifPresent(given -> atLeast(key, given, least));
  }

  /** A number that must be above a bound. */
  public static void above(String key, double value, double bound) {
    if (!(value > bound)) {
      throw refused(key, "above " + plain(bound), value);
    }
  }

  /** A number that must be above a bound and at most another. */
  public static void above(String key, double value, double bound, double most) {
    if (!(value > bound && value <= most)) {
      throw refused(key, "above " + plain(bound) + " and at most " + plain(most), value);
    }
  }

  /** A whole number that must be between two bounds, both allowed. */
  public static void between(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw refused(key, "between " + least + " and " + most, value);
    }
  }

  /** A number that must be between two bounds, both allowed. */
  public static void between(String key, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw refused(key, "between " + plain(least) + " and " + plain(most), value);
    }
  }

  private static SettingError refused(String key, String wanted, Object value) {
    return new SettingError(key, "must be " + wanted + ", here " + value);
  }

  /** A bound as a person writes it: {@code 1}, not {@code 1.0}. */
  private static String plain(double bound) {
    return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
  }
}
