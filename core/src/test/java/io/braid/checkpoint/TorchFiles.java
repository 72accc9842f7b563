package io.braid.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives written with torch.save by parity/flow.py, and malformed archives built by hand. */
final class TorchFiles {
  private TorchFiles() {}

  static Path path(String name) {
    return Path.of("src/test/resources/io/braid/flow").resolve(name);
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  /** Returns the entries of an archive with one storage, "0". */
  static Map<String, byte[]> entries(byte[] pickle, byte[] storage) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", pickle);
    entries.put("a/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    entries.put("a/data/0", storage);
    return entries;
  }

  static void write(Path file, Map<String, byte[]> entries) throws IOException {
    write(file, entries, ZipEntry.STORED);
  }

  static void write(Path file, Map<String, byte[]> entries, int method) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        entry.setMethod(method);
        entry.setSize(content.getValue().length);
        CRC32 checksum = new CRC32();
        checksum.update(content.getValue());
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content.getValue());
      }
    }
  }

  /** Pickles {"t": a tensor} as torch.save does. */
  static byte[] tensor(
      String type, long elements, long offset, long[] shape, long[] strides, String... hooks) {
    Pickle pickle =
        new Pickle().op(0x80, 2).op('}').text("t").global("torch._utils _rebuild_tensor_v2");
    pickle.op('(').storage(type, elements).number(offset).numbers(shape).numbers(strides).op(0x89);
    pickle.global("collections OrderedDict").op(')', 'R');
    for (String hook : hooks) {
      pickle.op('}').text(hook).op(0x88, 's');
    }
    return pickle.op('t', 'R', 's', '.').bytes();
  }

  /** Builds a pickle opcode by opcode. */
  static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle op(int... opcodes) {
      for (int opcode : opcodes) {
        out.write(opcode);
      }
      return this;
    }

    Pickle text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      op('X', bytes.length & 0xff, bytes.length >> 8, 0, 0);
      out.writeBytes(bytes);
      return this;
    }

    Pickle number(long number) {
      byte[] bytes = BigInteger.valueOf(number).toByteArray();
      op(0x8a, bytes.length);
      for (int i = bytes.length - 1; i >= 0; i--) {
        op(bytes[i]);
      }
      return this;
    }

    Pickle numbers(long... numbers) {
      op('(');
      for (long number : numbers) {
        number(number);
      }
      return op('t');
    }

    /** Appends a module and a name, separated by a space in the argument. */
    Pickle global(String name) {
      out.write('c');
      out.writeBytes((name.replace(' ', '\n') + "\n").getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Pickle storage(String type, long elements) {
      op('(').text("storage").global("torch " + type).text("0").text("cpu").number(elements);
      return op('t', 'Q');
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
