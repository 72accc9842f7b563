package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes safetensors files. */
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 24;

  private SafetensorsWriter() {}

  /**
   * A tensor that is created when it is written, so that not all need be in memory together.
   *
   * @param elements creates it, in the type and shape that are given here
   */
  public record Source(String name, DType dtype, List<Long> shape, Supplier<Tensor> elements) {
    /** Creates a source of a tensor that exists. */
    static Source of(String name, Tensor tensor) {
      return new Source(
          name, tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList(), () -> tensor);
    }

    /** Returns the size in the file. */
    long bytes() {
      return shape.stream().mapToLong(Long::longValue).reduce(dtype.bytes(), Math::multiplyExact);
    }
  }

  /**
   * Writes the tensors in the map's order and forces the file to disk.
   *
   * @param metadata the file's {@code __metadata__}; transformers requires {@code format: pt}
   * @throws UncheckedIOException if the file cannot be written; it is then incomplete
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    write(
        file,
        tensors.entrySet().stream().map(each -> Source.of(each.getKey(), each.getValue())).toList(),
        metadata);
  }

  /**
   * Writes the tensors in the list's order, one at a time, and forces the file to disk.
   *
   * @param metadata as in {@link #write(Path, Map, Map)}
   * @throws UncheckedIOException if the file cannot be written; it is then incomplete
   */
  public static void write(Path file, List<Source> tensors, Map<String, String> metadata) {
    ObjectNode header = JsonMapper.shared().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode notes = header.putObject("__metadata__");
      metadata.forEach(notes::put);
    }
    long offset = 0;
    for (Source tensor : tensors) {
      ObjectNode node = header.putObject(tensor.name);
      node.put("dtype", Safetensors.code(tensor.dtype));
      ArrayNode shape = node.putArray("shape");
      tensor.shape.forEach(shape::add);
      long bytes = tensor.bytes();
      node.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    byte[] json = JsonMapper.shared().writeValueAsBytes(header);
    int padded = (json.length + 7) / 8 * 8; // aligns the tensors to 8 bytes
    ByteBuffer start =
        ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    start.put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII)).flip();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, start);
      for (Source tensor : tensors) {
        writeTensor(channel, tensor);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + FileError.reason(e), e);
    }
  }

  private static void writeTensor(FileChannel channel, Source tensor) throws IOException {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor host = tensor.elements.get().detach().onHost().contiguous();
      long bytes = host.bytes();
      if (host.dtype() != tensor.dtype || bytes != tensor.bytes()) {
        throw new IllegalStateException(tensor.name + " is not as announced: " + host);
      }
      for (long done = 0; done < bytes; done += CHUNK) {
        writeFully(
            channel, host.memory().asSlice(done, Math.min(CHUNK, bytes - done)).asByteBuffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
