package io.braid;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Common checks of settings. Every method throws a {@link SettingError} that gives the setting's
 * key, the allowed values and the actual value. {@code NaN} never passes a check.
 */
public final class Check {
  private Check() {}

  /** Checks that an integer is not below a bound. */
  public static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw refused(key, "at least " + least, value);
    }
  }

  /** Checks that a number is not below a bound. */
  public static void atLeast(String key, double value, double least) {
    if (!(value >= least)) {
      throw refused(key, "at least " + plain(least), value);
    }
  }

  /** Checks that an integer, if present, is not below a bound. */
  public static void atLeast(String key, Optional<Integer> value, long least) {
    value.ifPresent(given -> atLeast(key, given, least));
  }

  /** Checks that a number is above a bound. */
  public static void above(String key, double value, double bound) {
    if (!(value > bound)) {
      throw refused(key, "above " + plain(bound), value);
    }
  }

  /** Checks that a number is above a lower bound and at most an upper bound. */
  public static void above(String key, double value, double bound, double most) {
    if (!(value > bound && value <= most)) {
      throw refused(key, "above " + plain(bound) + " and at most " + plain(most), value);
    }
  }

  /** Checks that an integer is between two bounds, inclusive. */
  public static void between(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw refused(key, "between " + least + " and " + most, value);
    }
  }

  /** Checks that a number is between two bounds, inclusive. */
  public static void between(String key, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw refused(key, "between " + plain(least) + " and " + plain(most), value);
    }
  }

  /**
   * Checks that a method of a user's class returned a value.
   *
   * @param key key of the setting that names the class
   * @param by object whose method was called
   * @param method name of the method
   * @param value return value of the method
   */
  public static <T> T returned(String key, Object by, String method, @Nullable T value) {
    if (value == null) {
      throw new SettingError(
          key,
          "%s returned null from %s(); return a value".formatted(by.getClass().getName(), method));
    }
    return value;
  }

  private static SettingError refused(String key, String wanted, Object value) {
    return new SettingError(key, "must be " + wanted + ", got " + value);
  }

  /** Formats a bound without trailing zeros: {@code 1}, not {@code 1.0}. */
  private static String plain(double bound) {
    return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
  }
}
