package io.braid.gguf;

import io.braid.UserError;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The keys and values of a GGUF file. Values are decoded on request, so a file with false claims
 * cannot cause large allocations. The object remembers the requested keys.
 */
public final class GgufMetadata {
  private static final long LONGEST_LIST = 1L << 24; // entries; more than any vocabulary has

  private final Path path;
  private final MemorySegment file;
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  /** The value types, in the order of their codes in the format. */
  private enum Kind {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    STRING(8, 8), // its length
    ARRAY(9, 12), // type and count
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int number;
    private final int leastBytes;

    Kind(int number, int leastBytes) {
      this.number = number;
      this.leastBytes = leastBytes;
    }
  }

  /**
   * The type of a value and the range of its bytes; for a list, the type, number and range of its
   * items.
   */
  private record Value(Kind kind, boolean list, long count, long begin, long end) {
    String described() {
      return (list ? "a list of " : "of type ") + kind;
    }
  }

  GgufMetadata(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
  }

  /** Reads the next key and skips its value. */
  void read(GgufCursor cursor) {
    String key = cursor.text("a key");
    if (key.isEmpty() || key.length() > 1_000) {
      throw cursor.bad("a key has %s characters".formatted(key.length()));
    }
    Kind kind = kind(cursor, key);
    Value value;
    if (kind == Kind.ARRAY) {
      Kind items = kind(cursor, key);
      if (items == Kind.ARRAY) {
        throw new UserError(
            "%s: %s is a list of lists, which is not supported".formatted(path, key));
      }
      long count = cursor.count(key, items.leastBytes);
      long begin = cursor.at();
      if (items == Kind.STRING) {
        for (long i = 0; i < count; i++) {
          cursor.skipText(key);
        }
      } else {
        cursor.skip(count * items.leastBytes, key);
      }
      value = new Value(items, /* list= */ true, count, begin, cursor.at());
    } else {
      long begin = cursor.at();
      if (kind == Kind.STRING) {
        cursor.skipText(key);
      } else {
        cursor.skip(kind.leastBytes, key);
      }
      value = new Value(kind, /* list= */ false, 1, begin, cursor.at());
    }
    if (values.put(key, value) != null) {
      throw cursor.bad("the key %s occurs twice".formatted(key));
    }
  }

  private static Kind kind(GgufCursor cursor, String key) {
    int number = cursor.u32(key);
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.number == number)
        .findFirst()
        .orElseThrow(() ->
            cursor.bad(
                "%s has the unknown value type %s"
                    .formatted(key, Integer.toUnsignedString(number))));
  }

  /** Returns all keys in file order. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** Returns the keys that were never requested, in file order. */
  Set<String> unasked() {
    Set<String> rest = new LinkedHashSet<>(values.keySet());
    rest.removeAll(asked);
    return rest;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /**
   * Copies keys with their values.
   *
   * @param which selects the keys
   */
  void copy(Predicate<String> which, GgufWriter to) {
    values.forEach((key, value) -> {
      if (which.test(key)) {
        byte[] bytes =
            file.asSlice(value.begin, value.end - value.begin).toArray(ValueLayout.JAVA_BYTE);
        if (value.list) {
          to.list(key, value.kind.number, value.count, bytes);
        } else {
          to.value(key, value.kind.number, bytes);
        }
      }
    });
  }

  private Optional<Value> find(String key) {
    asked.add(key);
    return Optional.ofNullable(values.get(key));
  }

  /** Returns a string. */
  Optional<String> text(String key) {
    return find(key)
        .map(value -> {
          if (value.list || value.kind != Kind.STRING) {
            throw wrong(key, "a text", value);
          }
          return cursor(value).text(key);
        });
  }

  /** Returns an integer of any width. */
  OptionalLong whole(String key) {
    Optional<Value> found = find(key);
    if (found.isEmpty()) {
      return OptionalLong.empty();
    }
    Value value = found.get();
    if (value.list) {
      throw wrong(key, "one integer", value);
    }
    return OptionalLong.of(whole(cursor(value), value, key));
  }

  private long whole(GgufCursor at, Value value, String key) {
    return switch (value.kind) {
      case UINT8 -> at.u8(key);
      case INT8 -> (byte) at.u8(key);
      case UINT16 -> at.u16(key);
      case INT16 -> (short) at.u16(key);
      case UINT32 -> Integer.toUnsignedLong(at.u32(key));
      case INT32 -> at.u32(key);
      case UINT64, INT64 -> {
        long number = at.u64(key);
        if (value.kind == Kind.UINT64 && number < 0) {
          throw new UserError(
              "%s: %s is %s, which is too large"
                  .formatted(path, key, Long.toUnsignedString(number)));
        }
        yield number;
      }
      case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> throw wrong(key, "an integer", value);
    };
  }

  /** Returns a finite number; a float32 is read as the shortest decimal that rounds to it. */
  OptionalDouble number(String key) {
    Optional<Value> found = find(key);
    if (found.isEmpty()) {
      return OptionalDouble.empty();
    }
    Value value = found.get();
    if (value.list) {
      throw wrong(key, "one number", value);
    }
    GgufCursor at = cursor(value);
    double number =
        switch (value.kind) {
          case FLOAT32 -> shortest(Float.intBitsToFloat(at.u32(key)));
          case FLOAT64 -> Double.longBitsToDouble(at.u64(key));
          default -> whole(at, value, key);
        };
    if (!Double.isFinite(number)) {
      throw new UserError("%s: %s is %s, not a finite number".formatted(path, key, number));
    }
    return OptionalDouble.of(number);
  }

  /**
   * Returns the shortest decimal of a float32, such as 1e-5 instead of the double
   * 9.999999747378752e-06.
   */
  private static double shortest(float number) {
    return Float.isFinite(number) ? Double.parseDouble(Float.toString(number)) : number;
  }

  /** Returns a boolean. */
  Optional<Boolean> flag(String key) {
    return find(key)
        .map(value -> {
          if (value.list || value.kind != Kind.BOOL) {
            throw wrong(key, "true or false", value);
          }
          return cursor(value).u8(key) != 0;
        });
  }

  /** Returns a list of strings. */
  Optional<List<String>> texts(String key) {
    return find(key)
        .map(value -> {
          if (!value.list || value.kind != Kind.STRING) {
            throw wrong(key, "a list of texts", value);
          }
          GgufCursor at = cursor(value);
          List<String> texts = new ArrayList<>(length(key, value));
          for (long i = 0; i < value.count; i++) {
            texts.add(at.text(key));
          }
          return texts;
        });
  }

  /** Returns a list of integers. */
  Optional<long[]> wholes(String key) {
    return find(key)
        .map(value -> {
          if (!value.list) {
            throw wrong(key, "a list of integers", value);
          }
          GgufCursor at = cursor(value);
          long[] numbers = new long[length(key, value)];
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = whole(at, value, key);
          }
          return numbers;
        });
  }

  private int length(String key, Value value) {
    if (value.count > LONGEST_LIST) {
      throw new UserError(
          "%s: %s has %s entries; at most %s are accepted"
              .formatted(path, key, value.count, LONGEST_LIST));
    }
    return (int) value.count;
  }

  private GgufCursor cursor(Value value) {
    return new GgufCursor(path, file, value.begin);
  }

  private UserError wrong(String key, String wanted, Value value) {
    return new UserError(
        "%s: %s must be %s; it is %s".formatted(path, key, wanted, value.described()));
  }

  /** Creates the error for a required key that is missing. */
  UserError missing(String key) {
    return new UserError(
        "%s: the key %s is missing; convert the model to GGUF again, with a newer converter"
            .formatted(path, key));
  }

  /** Creates an error about a key. */
  UserError refused(String key, String what) {
    return new UserError("%s: %s %s".formatted(path, key, what));
  }
}
