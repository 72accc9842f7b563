package io.braid.task.records;

import io.braid.image.EncodedImage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts the cells of a batch to JSON. An image is binary; other binary data is represented only
 * by its size.
 */
final class ArrowCells {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int HEAD = 16; // bytes that tell an image

  private final Map<Long, Dictionary> dictionaries;
  private final Map<Long, Map<Integer, JsonNode>> entries = new HashMap<>();
  private final long limit;
  private long converted; // number of values plus bytes of strings so far

  /**
   * Creates a converter.
   *
   * @param bytes size of the file, which limits the size of the converted data
   */
  ArrowCells(Map<Long, Dictionary> dictionaries, long bytes) {
    this.dictionaries = dictionaries;
    this.limit = Math.addExact(Math.multiplyExact(16, bytes), 1024);
  }

  /** Returns the value of a column in a row. */
  JsonNode at(FieldVector column, int row) throws IOException {
    count(1);
    if (row < 0 || row >= column.getValueCount()) {
      throw damaged();
    }
    if (column.isNull(row)) {
      return JSON.nullNode();
    }
    DictionaryEncoding encoding = column.getField().getDictionary();
    return encoding == null ? plain(column, row) : entry(encoding.getId(), column, row);
  }

  private JsonNode entry(long dictionary, FieldVector column, int row) throws IOException {
    Dictionary meant = dictionaries.get(dictionary);
    if (meant == null || !(column instanceof BaseIntVector indices)) {
      throw damaged();
    }
    int index = Math.toIntExact(indices.getValueAsLong(row));
    Map<Integer, JsonNode> known = entries.computeIfAbsent(dictionary, _ -> new HashMap<>());
    JsonNode entry = known.get(index);
    if (entry == null) {
      entry = at(meant.getVector(), index);
      known.put(index, entry);
    }
    return entry;
  }

  private JsonNode plain(FieldVector column, int row) throws IOException {
    return switch (column) {
      case BaseVariableWidthVector bytes ->
          bytes(
              bytes instanceof VarCharVector,
              bytes.getDataBuffer(),
              bytes.getStartOffset(row),
              bytes.getEndOffset(row));
      case BaseLargeVariableWidthVector bytes -> large(bytes, row);
      case BaseVariableWidthViewVector bytes -> viewed(bytes, row);
      case FixedSizeBinaryVector bytes -> JSON.stringNode(bytes.getByteWidth() + " bytes");
      case UInt8Vector number -> JSON.numberNode(number.getObjectNoOverflow(row));
      case BaseIntVector number -> JSON.numberNode(number.getValueAsLong(row));
      case Float8Vector number -> JSON.numberNode(number.get(row));
      case Float4Vector number -> JSON.numberNode(number.get(row));
      case Float2Vector number -> JSON.numberNode(number.getValueAsFloat(row));
      case BitVector bit -> JSON.booleanNode(bit.get(row) != 0);
      case ListVector list ->
          list(list.getDataVector(), list.getElementStartIndex(row), list.getElementEndIndex(row));
      case LargeListVector list ->
          list(list.getDataVector(), list.getElementStartIndex(row), list.getElementEndIndex(row));
      case FixedSizeListVector list ->
          list(list.getDataVector(), list.getElementStartIndex(row), list.getElementEndIndex(row));
      case StructVector struct -> struct(struct, row);
      default -> other(column, row);
    };
  }

  /** Converts decimals to numbers, and dates and times to strings. */
  private static JsonNode other(FieldVector column, int row) throws IOException {
    return switch (column.getField().getType().getTypeID()) {
      case Decimal -> JSON.numberNode((BigDecimal) column.getObject(row));
      case Date, Time, Timestamp, Duration, Interval ->
          JSON.stringNode(String.valueOf(column.getObject(row)));
      default ->
          throw new DamagedArrow(
              "column '%s' has the type %s"
                  .formatted(column.getName(), column.getField().getType()));
    };
  }

  private JsonNode bytes(boolean text, ArrowBuf from, long start, long end) throws IOException {
    if (start < 0 || end < start || end > from.capacity()) {
      throw damaged();
    }
    if (!text && !EncodedImage.begins(copy(from, start, Math.min(end, start + HEAD)))) {
      return JSON.stringNode((end - start) + " bytes");
    }
    count(end - start);
    byte[] bytes = copy(from, start, end);
    return text
        ? JSON.stringNode(new String(bytes, StandardCharsets.UTF_8))
        : JSON.binaryNode(bytes);
  }

  private static byte[] copy(ArrowBuf from, long start, long end) {
    byte[] bytes = new byte[Math.toIntExact(end - start)];
    from.getBytes(start, bytes);
    return bytes;
  }

  private JsonNode large(BaseLargeVariableWidthVector column, int row) throws IOException {
    ArrowBuf offsets = column.getOffsetBuffer();
    return bytes(
        column instanceof LargeVarCharVector,
        column.getDataBuffer(),
        offsets.getLong((long) row * Long.BYTES),
        offsets.getLong((row + 1L) * Long.BYTES));
  }

  private JsonNode viewed(BaseVariableWidthViewVector column, int row) throws IOException {
    int length = column.getValueLength(row);
    if (length < 0) {
      throw damaged();
    }
    if (!(column instanceof ViewVarCharVector text)) {
      return JSON.stringNode(length + " bytes");
    }
    count(length);
    return JSON.stringNode(new String(text.get(row), StandardCharsets.UTF_8));
  }

  private JsonNode list(FieldVector elements, long start, long end) throws IOException {
    if (start < 0 || end < start || end > elements.getValueCount()) {
      throw damaged();
    }
    ArrayNode list = JSON.arrayNode();
    for (long i = start; i < end; i++) {
      list.add(at(elements, (int) i));
    }
    return list;
  }

  private JsonNode struct(StructVector struct, int row) throws IOException {
    ObjectNode object = JSON.objectNode();
    for (FieldVector child : struct.getChildrenFromFields()) {
      object.set(child.getName(), at(child, row));
    }
    return object;
  }

  /**
   * Limits the total size: overlapping lists and strings could otherwise expand beyond any memory.
   */
  private void count(long more) throws IOException {
    converted += more;
    if (converted > limit) {
      throw new DamagedArrow("its values need far more memory than the file's size explains");
    }
  }

  private static IOException damaged() {
    return new DamagedArrow("it contains an invalid offset");
  }
}
