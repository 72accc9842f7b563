package io.braid.gguf;

import io.braid.checkpoint.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Writes a GGUF file of version 3, little-endian: keys and values first, then tensors. */
final class GgufWriter {
  private static final int ALIGNMENT = 32;
  private static final int CHUNK = 1 << 20; // elements

  // the numbers of value types in the format
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Bytes keys = new Bytes();
  private final List<Source> tensors = new ArrayList<>();
  private long keyCount;

  /** A tensor, whose elements are created when they are written. */
  private record Source(String name, GgufType type, List<Long> shape, Supplier<float[]> elements) {
    long bytes() {
      long elements = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
      return elements / type.blockElements() * type.blockBytes();
    }
  }

  /** A growing buffer for little-endian output. */
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void u32(int value) {
      out.writeBytes(buffer(4).putInt(value).array());
    }

    void u64(long value) {
      out.writeBytes(buffer(8).putLong(value).array());
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      u64(utf8.length);
      out.writeBytes(utf8);
    }

    private static ByteBuffer buffer(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private void key(String key, int type) {
    keyCount++;
    keys.text(key);
    keys.u32(type);
  }

  /** Adds a value that is already encoded; {@code type} is the format's number of its type. */
  void value(String key, int type, byte[] bytes) {
    key(key, type);
    keys.out.writeBytes(bytes);
  }

  /** Adds a list whose items are already encoded. */
  void list(String key, int itemType, long count, byte[] bytes) {
    key(key, ARRAY);
    keys.u32(itemType);
    keys.u64(count);
    keys.out.writeBytes(bytes);
  }

  void text(String key, String value) {
    key(key, STRING);
    keys.text(value);
  }

  void whole(String key, long value) {
    key(key, UINT32);
    keys.u32(Math.toIntExact(value));
  }

  void number(String key, double value) {
    key(key, FLOAT32);
    keys.u32(Float.floatToIntBits((float) value));
  }

  void flag(String key, boolean value) {
    key(key, BOOL);
    keys.out.write(value ? 1 : 0);
  }

  void texts(String key, List<String> values) {
    key(key, ARRAY);
    keys.u32(STRING);
    keys.u64(values.size());
    values.forEach(keys::text);
  }

  void wholes(String key, int[] values) {
    key(key, ARRAY);
    keys.u32(INT32);
    keys.u64(values.length);
    Arrays.stream(values).forEach(keys::u32);
  }

  /**
   * Adds a tensor.
   *
   * @param shape rows before columns; columns are a multiple of the type's block
   * @param elements the elements in row-major order, requested once, when the file is written
   */
  void tensor(String name, GgufType type, List<Long> shape, Supplier<float[]> elements) {
    if (shape.getLast() % type.blockElements() != 0) {
      throw new IllegalArgumentException("%s has rows of %s".formatted(name, shape.getLast()));
    }
    tensors.add(new Source(name, type, List.copyOf(shape), elements));
  }

  /** Writes the file atomically. */
  void write(Path file) {
    AtomicFile.writeContents(file, this::writeTo);
  }

  private void writeTo(FileChannel channel) throws IOException {
    Bytes header = new Bytes();
    header.out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    header.u32(3); // version
    header.u64(tensors.size());
    header.u64(keyCount);
    keys.out.writeTo(header.out);
    long offset = 0;
    for (Source each : tensors) {
      header.text(each.name);
      header.u32(each.shape.size());
      each.shape.reversed().forEach(header::u64);
      header.u32(each.type.id());
      header.u64(offset);
      offset += aligned(each.bytes());
    }
    pad(header, header.out.size());
    AtomicFile.writeAll(channel, header.out.toByteArray());
    for (Source each : tensors) {
      float[] elements = each.elements.get();
      for (int done = 0; done < elements.length; done += CHUNK) {
        float[] part = Arrays.copyOfRange(elements, done, Math.min(elements.length, done + CHUNK));
        AtomicFile.writeAll(channel, Quantization.encode(each.type, part).array());
      }
      Bytes padding = new Bytes();
      pad(padding, each.bytes());
      AtomicFile.writeAll(channel, padding.out.toByteArray());
    }
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static void pad(Bytes to, long bytes) {
    to.out.writeBytes(new byte[(int) (aligned(bytes) - bytes)]);
  }
}
