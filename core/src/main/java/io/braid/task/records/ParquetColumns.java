package io.braid.task.records;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.LayerKind;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.FileSchema;
import dev.hardwood.schema.SchemaNode;
import io.braid.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles JSON records from the columns of a batch.
 *
 * <p>A Parquet file stores only the leaves of its schema. On the path from the root to a leaf, each
 * optional struct, list or map is a <em>layer</em>. A layer stores which of its items are null and,
 * for a list or map, where the items of each begin in the layer below. A cell is therefore read by
 * following positions from layer to layer.
 */
final class ParquetColumns {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ColumnReaders readers;
  private final List<Runnable> loads = new ArrayList<>();
  private final Struct root;
  private int leaves; // met so far: leaves are numbered from left to right

  /** Prepares to read batches of {@code columns}, whose leaves are the leaves of {@code schema}. */
  ParquetColumns(SchemaNode.GroupNode schema, ColumnReaders columns) {
    this.readers = columns;
    this.root = struct(schema, Optional.empty(), 0);
  }

  /**
   * Rejects unsupported columns before any data is read.
   *
   * @throws UserError if a column is not supported; the message names it
   */
  static void check(Path file, FileSchema schema, FileMetaData footer) {
    check(file, schema.getRootNode());
    for (RowGroup group : footer.rowGroups()) {
      for (ColumnChunk chunk : group.columns()) {
        if (chunk.metaData().codec() == CompressionCodec.LZO) {
          throw new UserError(
              "%s: column '%s' is compressed by LZO, which is not supported; write it with zstd"
                  .formatted(file, chunk.metaData().pathInSchema()));
        }
      }
    }
  }

  private static void check(Path file, SchemaNode.GroupNode group) {
    if (group.isVariant()) {
      throw new UserError(
          "%s: column '%s' has the type VARIANT, which is not supported; write it as text"
              .formatted(file, group.name()));
    }
    Set<String> names = new HashSet<>();
    for (SchemaNode child : group.children()) {
      if (!names.add(child.name())) {
        throw new UserError(
            "%s: two columns are named '%s'; rename one of them".formatted(file, child.name()));
      }
      if (child instanceof SchemaNode.GroupNode inner) {
        // The library miscounts the items of such a group, but reads other repeated fields
        // correctly.
        if (inner.repetitionType() == RepetitionType.REPEATED
            && !group.isList()
            && !group.isMap()) {
          throw new UserError(
              "%s: column '%s' repeats without being declared a list, an old form that is not supported; read it with pyarrow and write it again"
                  .formatted(file, inner.name()));
        }
        check(file, inner);
      }
    }
  }

  /** Takes over the batch to which the columns have advanced; returns its number of rows. */
  int load() {
    loads.forEach(Runnable::run);
    return readers.getRecordCount();
  }

  /** A row of the batch. */
  ObjectNode record(int row) {
    return root.object(row);
  }

  private Cell cell(SchemaNode node, int layers) {
    return node.repetitionType() == RepetitionType.REPEATED
        ? items(layer(layers), node, layers) // a repeated field without an annotation is a list
        : once(node, layers);
  }

  /** Creates the cell of a node whose own repetition, if any, has been handled. */
  private Cell once(SchemaNode node, int layers) {
    return switch (node) {
      case SchemaNode.PrimitiveNode leaf -> leaf(leaf, layers);
      case SchemaNode.GroupNode group when group.isList() ->
          items(layer(layers), present(group.getListElement(), group), layers);
      case SchemaNode.GroupNode group when group.isMap() -> entries(group, layers);
      case SchemaNode.GroupNode group when group.repetitionType() == RepetitionType.OPTIONAL ->
          struct(group, Optional.of(layer(layers)), layers + 1);
      case SchemaNode.GroupNode group -> struct(group, Optional.empty(), layers);
    };
  }

  private Items items(Layer layer, SchemaNode element, int layers) {
    return new Items(layer, once(element, layers + 1));
  }

  private Entries entries(SchemaNode.GroupNode map, int layers) {
    Layer layer = layer(layers);
    Cell key = once(present(map.getMapKey(), map), layers + 1);
    Optional<Cell> value =
        Optional.ofNullable(map.getMapValue()).map(node -> cell(node, layers + 1));
    return new Entries(layer, key, value);
  }

  private Struct struct(SchemaNode.GroupNode group, Optional<Layer> layer, int layers) {
    List<Field> fields = new ArrayList<>();
    for (SchemaNode child : group.children()) {
      fields.add(new Field(child.name(), cell(child, layers)));
    }
    return new Struct(layer, fields);
  }

  private Leaf leaf(SchemaNode.PrimitiveNode node, int layers) {
    ColumnReader reader = readers.getColumnReader(leaves++);
    if (reader.getLayerCount() != layers) {
      throw new IllegalArgumentException(
          "the nesting of column '%s' is malformed".formatted(node.name()));
    }
    Leaf leaf = new Leaf(reader, new ParquetValues(reader.getColumnSchema()));
    loads.add(leaf::load);
    return leaf;
  }

  /** Creates the layer of the node being built; the next leaf is the first one below it. */
  private Layer layer(int index) {
    Layer layer = new Layer(readers.getColumnReader(leaves), index);
    loads.add(layer::load);
    return layer;
  }

  private static SchemaNode present(@Nullable SchemaNode node, SchemaNode.GroupNode parent) {
    if (node == null) {
      throw new IllegalArgumentException(
          "the list or map '%s' is malformed".formatted(parent.name()));
    }
    return node;
  }

  /**
   * Stores which items of a layer are null and, for a list or map, where the items of each begin in
   * the layer below.
   */
  private static final class Layer {
    private final ColumnReader reader;
    private final int index;
    private Validity validity = Validity.NO_NULLS;
    private int[] offsets = {};

    Layer(ColumnReader reader, int index) {
      this.reader = reader;
      this.index = index;
    }

    void load() {
      validity = reader.getLayerValidity(index);
      if (reader.getLayerKind(index) == LayerKind.REPEATED) {
        offsets = reader.getLayerOffsets(index);
      }
    }

    boolean isNull(int item) {
      return validity.isNull(item);
    }

    int begin(int item) {
      return offsets[item];
    }

    int end(int item) {
      return offsets[item + 1];
    }
  }

  /** A node of the schema, which is read at the position of an item in its layer. */
  private sealed interface Cell {
    JsonNode at(int item);
  }

  private static final class Leaf implements Cell {
    private final ColumnReader reader;
    private final ParquetValues values;
    private Validity validity = Validity.NO_NULLS;

    Leaf(ColumnReader reader, ParquetValues values) {
      this.reader = reader;
      this.values = values;
    }

    void load() {
      validity = reader.getLeafValidity();
      values.load(reader);
    }

    @Override
    public JsonNode at(int item) {
      return validity.isNull(item) ? JSON.nullNode() : values.at(item);
    }
  }

  private record Field(String name, Cell cell) {}

  private record Struct(Optional<Layer> layer, List<Field> fields) implements Cell {
    @Override
    public JsonNode at(int item) {
      return layer.isPresent() && layer.get().isNull(item) ? JSON.nullNode() : object(item);
    }

    ObjectNode object(int item) {
      ObjectNode object = JSON.objectNode();
      for (Field field : fields) {
        object.set(field.name(), field.cell().at(item));
      }
      return object;
    }
  }

  private record Items(Layer layer, Cell element) implements Cell {
    @Override
    public JsonNode at(int item) {
      if (layer.isNull(item)) {
        return JSON.nullNode();
      }
      ArrayNode list = JSON.arrayNode();
      for (int i = layer.begin(item); i < layer.end(item); i++) {
        list.add(element.at(i));
      }
      return list;
    }
  }

  /**
   * Converts a map to an object; a map without values, which is a set, becomes an object of nulls.
   */
  private record Entries(Layer layer, Cell key, Optional<Cell> value) implements Cell {
    @Override
    public JsonNode at(int item) {
      if (layer.isNull(item)) {
        return JSON.nullNode();
      }
      ObjectNode object = JSON.objectNode();
      for (int i = layer.begin(item); i < layer.end(item); i++) {
        object.set(
            DataRecord.written(key.at(i)), value.isPresent() ? value.get().at(i) : JSON.nullNode());
      }
      return object;
    }
  }
}
