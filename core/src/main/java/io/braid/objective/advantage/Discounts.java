package io.braid.objective.advantage;

import io.braid.Check;

/** Checks the discounts γ and λ. */
final class Discounts {
  private Discounts() {}

  static void check(String key, double value) {
    Check.between(key, value, 0, 1);
  }
}
