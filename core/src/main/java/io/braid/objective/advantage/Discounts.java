package io.braid.objective.advantage;

import io.braid.UserError;

/** What γ and λ may be. */
final class Discounts {
  private Discounts() {}

  static void check(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new UserError(key + ": must be between 0 and 1, got " + value);
    }
  }
}
