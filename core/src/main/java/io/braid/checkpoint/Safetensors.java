package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A safetensors file, mapped into memory: eight bytes of header length, a JSON header, then the
 * tensors' bytes. Opening the file copies no tensor data. The header is checked against the file's
 * real size before it is used.
 */
public final class Safetensors implements AutoCloseable {
  /** Largest header that the format allows, in bytes. */
  private static final long LONGEST_HEADER = 100_000_000;

  private static final int MOST_DIMENSIONS = 16;

  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment data;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** A tensor's type, shape and byte range, counted from the end of the header. */
  private record Entry(DType dtype, long[] shape, long begin, long end) {}

  private Safetensors(Path file) {
    this.file = file;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw bad("it has only %d bytes, too few for a header".formatted(size));
      }
      MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      long header = whole.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
      if (header < 2 || header > LONGEST_HEADER || header > size - 8) {
        throw bad(
            "its header claims %d bytes, but the file has %d; it is truncated or not a safetensors file"
                .formatted(header, size));
      }
      data = whole.asSlice(8 + header);
      readHeader(whole.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE));
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    } catch (IOException e) {
      arena.close();
      throw FileError.reading(file, e);
    }
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws UserError if the file is missing or truncated, or its header contradicts itself or the
   *     file
   */
  @SuppressWarnings("MustBeClosedChecker")
  public static Safetensors open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(file + ": no such file");
    }
    return new Safetensors(file);
  }

  private void readHeader(byte[] bytes) {
    JsonNode header;
    try {
      header = JsonMapper.shared().readTree(bytes);
    } catch (JacksonException e) {
      throw bad("its header is not JSON; the file is damaged");
    }
    if (!header.isObject()) {
      throw bad("its header is not a JSON object; the file is damaged");
    }
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals("__metadata__")) {
        readMetadata(field.getValue());
      } else {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
      }
    }
    List<Entry> byOffset = new ArrayList<>(entries.values());
    byOffset.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = 0;
    for (Entry entry : byOffset) {
      if (entry.begin < end) {
        throw bad("two of its tensors overlap; the header is damaged");
      }
      end = entry.end;
    }
  }

  private void readMetadata(JsonNode notes) {
    if (!notes.isObject()) {
      throw bad("its __metadata__ is not a JSON object; the file is damaged");
    }
    for (Map.Entry<String, JsonNode> note : notes.properties()) {
      if (!note.getValue().isString()) {
        throw bad("its __metadata__ contains a value that is not a string; the file is damaged");
      }
      metadata.put(note.getKey(), note.getValue().asString());
    }
  }

  private Entry entry(String name, JsonNode node) {
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!shapeNode.isArray()
        || shapeNode.size() > MOST_DIMENSIONS
        || !offsets.isArray()
        || offsets.size() != 2) {
      throw bad("tensor %s has no valid shape and data_offsets".formatted(name));
    }
    DType dtype = dtype(name, node.path("dtype").asString(""));
    long[] shape = new long[shapeNode.size()];
    long bytes = dtype.bytes();
    long extent =
        bytes; // ignores zero lengths, so that overflow of the other lengths is still noticed
    try {
      for (int i = 0; i < shape.length; i++) {
        shape[i] = whole(name, shapeNode.get(i));
        extent = Math.multiplyExact(extent, Math.max(1, shape[i]));
        bytes *= shape[i];
      }
    } catch (ArithmeticException e) {
      throw bad("tensor %s claims more elements than any memory can hold".formatted(name));
    }
    long begin = whole(name, offsets.get(0));
    long end = whole(name, offsets.get(1));
    if (begin > end || end > data.byteSize()) {
      throw bad(
          "tensor %s claims bytes %d to %d of %d; the file is truncated or its header is damaged"
              .formatted(name, begin, end, data.byteSize()));
    }
    if (end - begin != bytes) {
      throw bad(
          "tensor %s claims %d bytes, but its shape and dtype need %d"
              .formatted(name, end - begin, bytes));
    }
    return new Entry(dtype, shape, begin, end);
  }

  private long whole(String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0) {
      throw bad("tensor %s has %s where a non-negative integer is required".formatted(name, node));
    }
    return node.asLong();
  }

  private DType dtype(String name, String code) {
    return switch (code) {
      case "F64" -> DType.FLOAT64;
      case "F32" -> DType.FLOAT32;
      case "BF16" -> DType.BFLOAT16;
      case "F16" -> DType.FLOAT16;
      case "I64" -> DType.INT64;
      case "I32" -> DType.INT32;
      case "I8" -> DType.INT8;
      case "U8" -> DType.UINT8;
      case "BOOL" -> DType.BOOL;
      case "U16", "U32", "U64", "I16", "F4", "F8_E4M3", "F8_E5M2", "F8_E8M0" ->
          throw new UserError(
              "%s: tensor %s has dtype %s, so the weights are quantized; use the unquantized model"
                  .formatted(file, name, code));
      default -> throw bad("tensor %s has the unknown dtype %s".formatted(name, code));
    };
  }

  static String code(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> "F64";
      case FLOAT32 -> "F32";
      case BFLOAT16 -> "BF16";
      case FLOAT16 -> "F16";
      case INT64 -> "I64";
      case INT32 -> "I32";
      case INT8 -> "I8";
      case UINT8 -> "U8";
      case BOOL -> "BOOL";
    };
  }

  private UserError bad(String what) {
    return new UserError(file + ": " + what + ". Copy or download the file again.");
  }

  /** Returns the tensors' names, in the header's order. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** Returns the file's {@code __metadata__}, by key. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Returns a tensor over the mapped bytes. It must not be written to, nor used after the file is
   * closed.
   *
   * @throws UserError if the file contains no tensor with that name
   */
  public Tensor tensor(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new UserError("%s: contains no tensor named %s".formatted(file, name));
    }
    return Tensor.ofMemory(
        data.asSlice(entry.begin, entry.end - entry.begin), entry.dtype, entry.shape);
  }

  /** Lets the system drop a tensor's mapped bytes from memory once they have been copied. */
  void unload(String name) {
    Entry entry = entries.get(name);
    if (entry != null) {
      data.asSlice(entry.begin, entry.end - entry.begin).unload();
    }
  }

  /** Returns the total size of the tensors in bytes. */
  long bytes() {
    return data.byteSize();
  }

  /** Returns the path of the file. */
  public Path file() {
    return file;
  }

  @Override
  public void close() {
    arena.close();
  }
}
