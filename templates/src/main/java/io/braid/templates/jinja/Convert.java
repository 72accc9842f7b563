package io.braid.templates.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts plain Java data to values. */
final class Convert {
  private Convert() {}

  static Value toValue(@Nullable Object data) {
    return toValue(data, 0);
  }

  private static Value toValue(@Nullable Object data, int depth) {
    if (depth > Limits.VALUE_DEPTH) {
      throw Limits.exceeded("values nest", Limits.VALUE_DEPTH);
    }
    return switch (data) {
      case null -> Value.None.NONE;
      case String text -> new Value.Text(text);
      case Boolean b -> new Value.Bool(b);
      case Byte n -> new Value.Whole(n);
      case Short n -> new Value.Whole(n);
      case Integer n -> new Value.Whole(n);
      case Long n -> new Value.Whole(n);
      case BigInteger n when n.bitLength() < 64 -> new Value.Whole(n.longValue());
      case Float r -> new Value.Real(r);
      case Double r -> new Value.Real(r);
      case BigDecimal r -> new Value.Real(r.doubleValue());
      case List<?> list -> list(list, depth);
      case Map<?, ?> map -> table(map, depth);
      default ->
          throw new Refusal(
              "a variable holds " + data.getClass().getSimpleName() + ", which is no plain data");
    };
  }

  private static Value list(List<?> list, int depth) {
    List<Value> values = new ArrayList<>();
    for (Object entry : list) {
      values.add(toValue(entry, depth + 1));
    }
    return Items.list(values);
  }

  private static Value table(Map<?, ?> map, int depth) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    map.forEach((key, value) -> entries.put(toValue(key, depth + 1), toValue(value, depth + 1)));
    return new Table(entries);
  }
}
