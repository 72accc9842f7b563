package io.braid.task;

import io.braid.Doc;
import io.braid.task.records.DataRecord;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A condition on the value of a key: {@code Algebra}; {@code Algebra|Geometry}, which either value
 * meets; {@code >=3}, {@code >3}, {@code <=3} or {@code <3}; {@code 3..5}, both ends included.
 * Numbers are compared as numbers, and dates ({@code 2024-08} or {@code 2024-08-15}) to the given
 * precision. A list passes if one of its elements passes. @param text the condition as written by
 * the user
 */
@Doc("a value, values with | between, a bound such as >=3, or a range such as 3..5")
public record Condition(String text) {
  private static final Pattern BOUND = Pattern.compile("(>=|<=|>|<)\\s*(.+)");
  private static final Pattern RANGE = Pattern.compile("([^.\\s]\\S*?)\\.\\.(\\S+)");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,30}(\\.\\d{1,30})?");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}(-\\d{2}.{0,40})?");

  /** Parses a condition. */
  public static Condition parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("an empty condition");
    }
    return new Condition(text.strip());
  }

  /** Returns whether the value of a key meets the condition; a record without the key does not. */
  boolean holds(DataRecord values, String key) {
    Optional<JsonNode> value = values.at(key);
    return value.isPresent()
        && (value.get().isArray()
            ? value.get().valueStream().anyMatch(this::holds)
            : holds(value.get()));
  }

  private boolean holds(JsonNode value) {
    if (value.isContainer() || value.isNull()) {
      return false;
    }
    String found = value.asString().strip();
    Matcher bound = BOUND.matcher(text);
    if (bound.matches()) {
      return within(found, bound.group(1), bound.group(2).strip());
    }
    Matcher range = RANGE.matcher(text);
    if (range.matches() && isOrdered(range.group(1)) && isOrdered(range.group(2))) {
      return within(found, ">=", range.group(1)) && within(found, "<=", range.group(2));
    }
    return Arrays.stream(text.split("\\|")).anyMatch(wanted -> same(found, wanted.strip()));
  }

  private static boolean isOrdered(String text) {
    return NUMBER.matcher(text).matches() || DATE.matcher(text).matches();
  }

  private static boolean same(String found, String wanted) {
    return found.equals(wanted)
        || (NUMBER.matcher(found).matches()
            && NUMBER.matcher(wanted).matches()
            && new BigDecimal(found).compareTo(new BigDecimal(wanted)) == 0);
  }

  private static boolean within(String found, String operator, String bound) {
    int order;
    if (NUMBER.matcher(found).matches() && NUMBER.matcher(bound).matches()) {
      order = new BigDecimal(found).compareTo(new BigDecimal(bound));
    } else if (DATE.matcher(found).matches() && DATE.matcher(bound).matches()) {
      order = found.substring(0, Math.min(found.length(), bound.length())).compareTo(bound);
    } else {
      return false;
    }
    return switch (operator) {
      case ">=" -> order >= 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order < 0;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
