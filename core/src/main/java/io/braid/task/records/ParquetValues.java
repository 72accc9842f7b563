package io.braid.task.records;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.schema.ColumnSchema;
import io.braid.image.EncodedImage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The values of one column of a batch as JSON, by the column's physical and logical type.
 *
 * <ul>
 *   <li>A float is the shortest decimal that reads back as the same float: a float32 of 0.1 is 0.1.
 *   <li>A date or a time is text such as {@code 2024-01-05 12:30:00.5}, followed by {@code +00} if
 *       the column is in UTC; an interval is text in ISO 8601.
 *   <li>A JSON column is parsed.
 *   <li>Bytes that are not declared as text are text if they are UTF-8 without control characters,
 *       since older writers omit the declaration. An image is binary; other binary data is
 *       represented only by its size.
 * </ul>
 */
final class ParquetValues {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final char REPLACEMENT = '\uFFFD'; // what a lenient decoder makes of bad bytes
  private static final int JULIAN_EPOCH = 2_440_588; // the Julian day number of 1970-01-01
  private static final double WITHOUT_EXPONENT = 1e21;
  private static final int HEAD = 16; // bytes that tell an image
  private static final long NANOS = 1_000_000_000;

  /** Thrown for a value that is declared as text and is not UTF-8. */
  static final class NotText extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotText(String column) {
      super("column '%s' is not UTF-8 text".formatted(column));
    }
  }

  private final ColumnSchema column;
  private IntFunction<JsonNode> values = _ -> JSON.nullNode();

  /** Creates a reader for the values of {@code column}. */
  ParquetValues(ColumnSchema column) {
    this.column = column;
  }

  /** Takes over the batch to which {@code reader} has advanced. */
  void load(ColumnReader reader) {
    values =
        switch (column.type()) {
          case BOOLEAN -> {
            boolean[] bits = reader.getBooleans();
            yield i -> JSON.booleanNode(bits[i]);
          }
          case INT32 -> {
            int[] numbers = reader.getInts();
            yield i -> whole(numbers[i]);
          }
          case INT64 -> {
            long[] numbers = reader.getLongs();
            yield i -> whole(numbers[i]);
          }
          case FLOAT -> {
            float[] numbers = reader.getFloats();
            yield i -> single(numbers[i]);
          }
          case DOUBLE -> {
            double[] numbers = reader.getDoubles();
            yield i -> real(numbers[i]);
          }
          case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
            byte[] bytes = reader.getBinaryValues();
            int[] offsets = reader.getBinaryOffsets();
            yield i -> bytes(bytes, offsets[i], offsets[i + 1] - offsets[i]);
          }
        };
  }

  /**
   * Reads a value that is not null.
   *
   * @throws NotText if the column is declared as text and this value is not UTF-8
   */
  JsonNode at(int item) {
    return values.apply(item);
  }

  private JsonNode whole(long value) {
    return switch (column.logicalType()) {
      case LogicalType.IntType type when !type.isSigned() -> unsigned(value);
      case LogicalType.DecimalType type -> JSON.numberNode(BigDecimal.valueOf(value, type.scale()));
      case LogicalType.DateType _ -> JSON.stringNode(LocalDate.ofEpochDay(value).toString());
      case LogicalType.TimeType type ->
          JSON.stringNode(
              text(LocalTime.ofNanoOfDay(Math.multiplyExact(value, NANOS / parts(type.unit()))))
                  + zone(type.isAdjustedToUTC()));
      case LogicalType.TimestampType type ->
          JSON.stringNode(text(instant(value, parts(type.unit()))) + zone(type.isAdjustedToUTC()));
      case null, default -> JSON.numberNode(value);
    };
  }

  private JsonNode unsigned(long value) {
    return column.type() == PhysicalType.INT32
        ? JSON.numberNode(Integer.toUnsignedLong((int) value))
        : JSON.numberNode(new BigInteger(Long.toUnsignedString(value)));
  }

  /** Units in a second. */
  private static long parts(LogicalType.TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000;
      case MICROS -> 1_000_000;
      case NANOS -> NANOS;
    };
  }

  private static LocalDateTime instant(long units, long perSecond) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(units, perSecond),
        (int) (Math.floorMod(units, perSecond) * (NANOS / perSecond)),
        ZoneOffset.UTC);
  }

  private static String text(LocalDateTime time) {
    return time.toLocalDate() + " " + text(time.toLocalTime());
  }

  /** Formats a time with seconds and without trailing zeros in the fraction. */
  private static String text(LocalTime time) {
    String whole = time.withNano(0) + (time.getSecond() == 0 ? ":00" : "");
    if (time.getNano() == 0) {
      return whole;
    }
    String digits = String.valueOf(NANOS + time.getNano()).substring(1);
    return whole + "." + digits.replaceFirst("0+$", "");
  }

  private static String zone(boolean utc) {
    return utc ? "+00" : "";
  }

  private static JsonNode single(float value) {
    return real(Double.parseDouble(Float.toString(value)));
  }

  private static JsonNode real(double value) {
    if (!Double.isFinite(value)) {
      return JSON.numberNode(value);
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value));
    boolean bare = decimal.scale() < 1 && Math.abs(value) < WITHOUT_EXPONENT;
    return JSON.numberNode(bare ? decimal.setScale(1) : decimal); // 3.0 and not 3
  }

  private JsonNode bytes(byte[] from, int start, int length) {
    return switch (column.logicalType()) {
      case LogicalType.StringType _ -> JSON.stringNode(text(from, start, length));
      case LogicalType.EnumType _ -> JSON.stringNode(text(from, start, length));
      case LogicalType.JsonType _ -> {
        String text = text(from, start, length);
        yield JsonText.parsed(text).orElseGet(() -> JSON.stringNode(text));
      }
      case LogicalType.DecimalType type ->
          JSON.numberNode(new BigDecimal(new BigInteger(from, start, length), type.scale()));
      case LogicalType.UuidType _ -> {
        ByteBuffer halves = ByteBuffer.wrap(from, start, length);
        yield JSON.stringNode(new UUID(halves.getLong(), halves.getLong()).toString());
      }
      case LogicalType.Float16Type _ ->
          single(Float.float16ToFloat(little(from, start).getShort()));
      case LogicalType.IntervalType _ -> JSON.stringNode(interval(little(from, start)));
      case null, default ->
          column.type() == PhysicalType.INT96
              ? JSON.stringNode(text(julian(little(from, start))))
              : undeclared(from, start, length);
    };
  }

  private static ByteBuffer little(byte[] from, int start) {
    return ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN).position(start);
  }

  private static String interval(ByteBuffer parts) {
    Period period = Period.of(0, parts.getInt(), parts.getInt());
    Duration time = Duration.ofMillis(Integer.toUnsignedLong(parts.getInt()));
    return time.isZero() ? period.toString() : period + time.toString().substring(1);
  }

  /**
   * Reads a timestamp as Impala and Spark wrote it: the nanoseconds of the day and the Julian day
   * number.
   */
  private static LocalDateTime julian(ByteBuffer parts) {
    long nanos = parts.getLong();
    long day = Integer.toUnsignedLong(parts.getInt()) - JULIAN_EPOCH;
    return LocalDate.ofEpochDay(day).atStartOfDay().plusNanos(nanos);
  }

  private String text(byte[] from, int start, int length) {
    String text = new String(from, start, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0 && strict(from, start, length) == null) {
      throw new NotText(column.name());
    }
    return text;
  }

  private static JsonNode undeclared(byte[] from, int start, int length) {
    if (EncodedImage.begins(Arrays.copyOfRange(from, start, start + Math.min(length, HEAD)))) {
      return JSON.binaryNode(from, start, length);
    }
    return JSON.stringNode(
        Optional.ofNullable(strict(from, start, length))
            .filter(text -> text.chars().noneMatch(ParquetValues::isControl))
            .orElse(length + " bytes"));
  }

  private static boolean isControl(int character) {
    return Character.isISOControl(character) && !Character.isWhitespace(character);
  }

  private static @Nullable String strict(byte[] from, int start, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(from, start, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
