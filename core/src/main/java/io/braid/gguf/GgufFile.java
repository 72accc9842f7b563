package io.braid.gguf;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
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
import java.util.Optional;

/**
 * A GGUF file (version 2 or 3, little-endian), mapped into memory: a header with counts, keys with
 * values, descriptions of the tensors, then the tensors' bytes. Opening it copies no tensor data.
 */
public final class GgufFile implements AutoCloseable {
  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int MOST_DIMENSIONS = 4;
  private static final long MOST_TENSORS = 100_000;
  private static final long MOST_KEYS = 100_000;
  private static final int CHUNK = 1 << 20; // elements

  private final Path path;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment file;
  private final GgufMetadata metadata;
  private final Map<String, Stored> tensors = new LinkedHashMap<>();

  /**
   * A tensor.
   *
   * @param shape rows before columns, the reverse of the file's order
   * @param begin offset of its first byte in the file
   */
  record Stored(String name, GgufType type, List<Long> shape, long begin, long bytes) {
    long elements() {
      return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
  }

  private GgufFile(Path path) {
    this.path = path;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      metadata = new GgufMetadata(path, file);
      read();
    } catch (IOException e) {
      arena.close();
      throw FileError.reading(path, e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Maps a file and checks everything in it except the tensors' elements.
   *
   * @throws UserError if the file is missing, truncated or damaged, or has a tensor of a type that
   *     Braid does not read
   */
  @SuppressWarnings("MustBeClosedChecker")
  public static GgufFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new UserError(
          path + (Files.exists(path) ? ": is not a file; name a .gguf file" : ": no such file"));
    }
    return new GgufFile(path);
  }

  private void read() {
    GgufCursor cursor = new GgufCursor(path, file, 0);
    if (cursor.left() < 4 || cursor.u32("the header") != MAGIC) {
      throw new UserError(
          path + ": is not a GGUF file, since it does not begin with the letters GGUF");
    }
    int version = cursor.u32("the header");
    if (version != 2 && version != 3) {
      throw new UserError(
          "%s: has GGUF version %s; versions 2 and 3, little-endian, are read; convert the model again"
              .formatted(path, Integer.toUnsignedString(version)));
    }
    long tensorCount = cursor.count("the tensor count", 24); // name's length to offset
    if (tensorCount > MOST_TENSORS) {
      throw cursor.bad("it claims %s tensors".formatted(tensorCount));
    }
    long keyCount = cursor.count("the key count", 13);
    if (keyCount > MOST_KEYS) {
      throw cursor.bad("it claims %s keys".formatted(keyCount));
    }
    for (long i = 0; i < keyCount; i++) {
      metadata.read(cursor);
    }
    refuseParts();
    List<Described> described = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      described.add(describe(cursor));
    }
    long alignment = alignment(cursor);
    long begin = Math.addExact(cursor.at(), alignment - 1) / alignment * alignment;
    if (!described.isEmpty() && begin > file.byteSize()) {
      throw cursor.bad("the file ends before its tensors; it is truncated");
    }
    for (Described each : described) {
      place(each, begin, alignment, cursor);
    }
    checkOverlaps(cursor);
  }

  private void refuseParts() {
    if (metadata.whole("split.count").orElse(1) > 1) {
      throw new UserError(
          "%s: is part %s of a model in %s files (split.count); merge them first: llama-gguf-split --merge FIRST-PART MERGED.gguf"
              .formatted(
                  path,
                  metadata.whole("split.no").orElse(0) + 1,
                  metadata.whole("split.count").orElse(1)));
    }
  }

  private long alignment(GgufCursor cursor) {
    long alignment = metadata.whole("general.alignment").orElse(32);
    if (Long.bitCount(alignment) != 1 || alignment < 1 || alignment > 1 << 20) {
      throw cursor.bad(
          "general.alignment is %s; it must be a power of two up to 2^20".formatted(alignment));
    }
    return alignment;
  }

  /** The description of a tensor whose offset in the file is not known yet. */
  private record Described(String name, GgufType type, List<Long> shape, long offset) {}

  private Described describe(GgufCursor cursor) {
    String name = cursor.text("a tensor's name");
    String what = "the description of the tensor " + shown(name);
    int dimensions = cursor.u32(what);
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw cursor.bad(
          "the tensor %s has %s dimensions; 1 to 4 are possible"
              .formatted(shown(name), Integer.toUnsignedString(dimensions)));
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      long length = cursor.u64(what);
      if (length < 1) {
        throw cursor.bad(
            "the tensor %s has a dimension of %s"
                .formatted(shown(name), Long.toUnsignedString(length)));
      }
      shape.addFirst(length);
    }
    int id = cursor.u32(what);
    GgufType type =
        GgufType.of(id)
            .orElseThrow(() ->
                new UserError(
                    "%s: the tensor %s has the type %s; Braid reads %s; take the model in another quantization, such as Q8_0"
                        .formatted(path, shown(name), GgufType.other(id), GgufType.names())));
    return new Described(name, type, List.copyOf(shape), cursor.u64(what));
  }

  private void place(Described each, long begin, long alignment, GgufCursor cursor) {
    String name = shown(each.name);
    long columns = each.shape.getLast();
    if (columns % each.type.blockElements() != 0) {
      throw cursor.bad(
          "the tensor %s has rows of %s elements, which is no multiple of %s's %s"
              .formatted(name, columns, each.type, each.type.blockElements()));
    }
    long room = file.byteSize() - begin;
    long bytes;
    try {
      long blocks = columns / each.type.blockElements();
      for (long length : each.shape.subList(0, each.shape.size() - 1)) {
        blocks = Math.multiplyExact(blocks, length);
      }
      bytes = Math.multiplyExact(blocks, each.type.blockBytes());
    } catch (ArithmeticException e) {
      throw cursor.bad("the tensor %s claims more elements than any file can hold".formatted(name));
    }
    if (each.offset < 0 || each.offset % alignment != 0) {
      throw cursor.bad(
          "the tensor %s begins at %s, which is no multiple of general.alignment (%s)"
              .formatted(name, Long.toUnsignedString(each.offset), alignment));
    }
    if (each.offset > room || bytes > room - each.offset) {
      throw cursor.bad(
          "the tensor %s claims %s bytes from %s on, but the file's tensors have %s; it is truncated"
              .formatted(name, bytes, each.offset, room));
    }
    Stored stored = new Stored(each.name, each.type, each.shape, begin + each.offset, bytes);
    if (tensors.put(each.name, stored) != null) {
      throw cursor.bad("the tensor %s occurs twice".formatted(name));
    }
  }

  private void checkOverlaps(GgufCursor cursor) {
    List<Stored> byPlace = new ArrayList<>(tensors.values());
    byPlace.sort(Comparator.comparingLong(Stored::begin));
    for (int i = 1; i < byPlace.size(); i++) {
      Stored before = byPlace.get(i - 1);
      if (byPlace.get(i).begin < before.begin + before.bytes) {
        throw cursor.bad(
            "the tensors %s and %s overlap"
                .formatted(shown(before.name), shown(byPlace.get(i).name)));
      }
    }
  }

  private static String shown(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }

  /** Returns the path of the file. */
  public Path path() {
    return path;
  }

  /** Returns the model's architecture under its name in GGUF. */
  public Optional<String> architecture() {
    return metadata.text("general.architecture");
  }

  /** Returns the keys and values. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** Returns the tensors by name, in file order. */
  Map<String, Stored> tensors() {
    return tensors;
  }

  Optional<Stored> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** Returns the total size of the tensors in bytes. */
  public long bytes() {
    return tensors.values().stream().mapToLong(Stored::bytes).sum();
  }

  /** Returns the number of elements of all tensors. */
  public long elements() {
    return tensors.values().stream().mapToLong(Stored::elements).sum();
  }

  /**
   * Returns a tensor's elements. A tensor that is not quantized keeps its type and shares the
   * file's memory: it must not be written to, nor used after the file is closed. Others are
   * converted to float32.
   */
  Tensor tensor(Stored stored) {
    long[] shape = stored.shape.stream().mapToLong(Long::longValue).toArray();
    MemorySegment bytes = file.asSlice(stored.begin, stored.bytes);
    return switch (stored.type) {
      case F32 -> Tensor.ofMemory(bytes, DType.FLOAT32, shape);
      case F16 -> Tensor.ofMemory(bytes, DType.FLOAT16, shape);
      case BF16 -> Tensor.ofMemory(bytes, DType.BFLOAT16, shape);
      default -> dequantized(stored.type, bytes, shape);
    };
  }

  private static Tensor dequantized(GgufType type, MemorySegment bytes, long[] shape) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor to = Tensor.empty(DType.FLOAT32, shape).onHost();
      MemorySegment out = to.memory();
      int blocks = CHUNK / type.blockElements();
      byte[] block = new byte[blocks * type.blockBytes()];
      float[] values = new float[blocks * type.blockElements()];
      long all = bytes.byteSize() / type.blockBytes();
      for (long done = 0; done < all; done += blocks) {
        int now = (int) Math.min(blocks, all - done);
        int from = now * type.blockBytes();
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, done * type.blockBytes(), block, 0, from);
        for (int b = 0; b < now; b++) {
          Dequantization.block(
              type, block, b * type.blockBytes(), values, b * type.blockElements());
        }
        MemorySegment.copy(
            values,
            0,
            out,
            ValueLayout.JAVA_FLOAT,
            done * type.blockElements() * Float.BYTES,
            now * type.blockElements());
      }
      return scope.keep(to);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
