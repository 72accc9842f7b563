package io.braid.verify.code;

import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares a call's JSON value with the expected value by the rules of Python's {@code ==}: tuples
 * have become lists, {@code True} equals 1, and {@code 1.0} equals 1. Two numbers that are not both
 * integers may differ by at most 1e-6 × max(1, |expected|).
 */
final class ValueComparison {
  private static final int DEEPEST = 500;
  private static final int LONGEST_NUMBER = 60_000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ValueComparison() {}

  /** Returns whether the values are the same; false if the given bytes are not JSON. */
  static boolean same(String expected, byte[] given) {
    try {
      return same(JSON.readTree(expected), JSON.readTree(given));
    } catch (JacksonException e) {
      return false;
    }
  }

  private static boolean same(JsonNode expected, JsonNode given) {
    if (expected.isArray() && given.isArray()) {
      return sameItems(expected, given);
    }
    if (expected.isObject() && given.isObject()) {
      return sameFields(expected, given);
    }
    if (isNumber(expected) && isNumber(given)) {
      return sameNumbers(expected, given);
    }
    return expected.equals(given);
  }

  private static boolean sameItems(JsonNode expected, JsonNode given) {
    boolean same = expected.size() == given.size();
    for (int i = 0; same && i < expected.size(); i++) {
      same = same(expected.get(i), given.get(i));
    }
    return same;
  }

  private static boolean sameFields(JsonNode expected, JsonNode given) {
    return expected.size() == given.size()
        && expected.properties().stream()
            .allMatch(field ->
                given.has(field.getKey()) && same(field.getValue(), given.get(field.getKey())));
  }

  private static boolean isNumber(JsonNode value) {
    return value.isNumber() || value.isBoolean();
  }

  private static boolean sameNumbers(JsonNode expected, JsonNode given) {
    if (isWhole(expected) && isWhole(given)) {
      return exact(expected).compareTo(exact(given)) == 0;
    }
    if (!isFinite(expected) || !isFinite(given)) {
      return expected.doubleValue() == given.doubleValue();
    }
    BigDecimal right = exact(expected);
    BigDecimal value = exact(given);
    // Bound the exponents before subtracting: 1e999999999 is short to write but huge.
    return Math.abs((long) right.precision() - right.scale()) < LONGEST_NUMBER
        && Math.abs((long) value.precision() - value.scale()) < LONGEST_NUMBER
        && OutputComparison.near(right, value);
  }

  private static boolean isWhole(JsonNode value) {
    return value.isBoolean() || value.isIntegralNumber();
  }

  private static boolean isFinite(JsonNode value) {
    return isWhole(value) || value.isBigDecimal() || Double.isFinite(value.doubleValue());
  }

  private static BigDecimal exact(JsonNode value) {
    return value.isBoolean()
        ? (value.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO)
        : value.decimalValue();
  }
}
