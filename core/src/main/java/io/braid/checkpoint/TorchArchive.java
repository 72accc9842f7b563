package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.PickleReader.Refused;
import io.braid.checkpoint.TorchObjects.ElementType;
import io.braid.checkpoint.TorchObjects.Storage;
import io.braid.checkpoint.TorchObjects.StoredTensor;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A dictionary of tensors written by {@code torch.save} (since PyTorch 1.6): a zip archive with a
 * pickle, which gives the tensors' names and the location of their elements, and one entry per
 * storage. The pickle is read as data and never run; names in it that tensors do not need are
 * refused. Values other than tensors, including nested dictionaries, are skipped.
 *
 * <p>Opening an archive reads only the pickle; reading a tensor reads only its part of a storage.
 * The pickle's claims are checked against the archive's directory, and the directory against the
 * file's size, before they are used. Checksums are not checked, because PyTorch can be configured
 * not to write them.
 */
public final class TorchArchive implements AutoCloseable {
  private static final String DAMAGED = ". Copy or download the file again.";

  /** First bytes of a file in the older format: a pickled magic number. */
  private static final byte[] LEGACY = {
    (byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a
  };

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final String PICKLE = "/data.pkl";

  private static final int LARGEST_PICKLE = 32 << 20;
  private static final int CHUNK = 1 << 20;

  /** Deflate's largest compression ratio: 258 bytes in two bits. */
  private static final long MOST_DEFLATED = 1032;

  private final Path file;
  private final long fileBytes;
  private final ZipFile zip;
  private final String root; // the single directory that contains the archive's entries
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private TorchArchive(Path file) throws IOException {
    this.file = file;
    fileBytes = Files.size(file);
    checkBeginning();
    zip = new ZipFile(file.toFile());
    try {
      root = findRoot();
      checkByteOrder();
      readPickle();
    } catch (RuntimeException | IOException e) {
      zip.close();
      throw e;
    }
  }

  /**
   * Opens an archive and reads the list of its tensors.
   *
   * @throws UserError if the file is missing, damaged, in a different format, or contains objects
   *     other than tensors and plain values
   */
  @SuppressWarnings("MustBeClosedChecker")
  public static TorchArchive open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError(file + ": no such file");
    }
    try {
      return new TorchArchive(file);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(
          "%s: cannot be read as a zip archive (%s); it is truncated or damaged%s"
              .formatted(file, e.getMessage(), DAMAGED),
          e);
    }
  }

  // ---- opening --------------------------------------------------------------------------------

  private void checkBeginning() throws IOException {
    byte[] beginning;
    try (InputStream in = Files.newInputStream(file)) {
      beginning = in.readNBytes(LEGACY.length);
    }
    if (Arrays.equals(beginning, LEGACY)) {
      throw new UserError(
          file
              + ": is in the format of torch.save before PyTorch 1.6;"
              + " load it and save it again with a newer PyTorch");
    }
    if (beginning.length < ZIP.length || !Arrays.equals(beginning, 0, 4, ZIP, 0, 4)) {
      throw new UserError(
          file
              + ": was not written by torch.save of PyTorch 1.6 or later;"
              + " save it again with a newer PyTorch");
    }
  }

  private String findRoot() {
    List<String> pickles =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == pickleStart(name))
            .distinct()
            .toList();
    if (pickles.size() != 1) {
      throw new UserError(
          "%s: is a zip archive with %d data.pkl instead of one, so it was not written by torch.save;"
                  .formatted(file, pickles.size())
              + " give the file that contains the weights");
    }
    String pickle = pickles.getFirst();
    return pickle.substring(0, pickleStart(pickle) + 1);
  }

  private static int pickleStart(String name) {
    return name.length() - PICKLE.length();
  }

  /**
   * Rejects big-endian archives. Older versions did not record the byte order; their archives are
   * assumed to be little-endian, as nearly all machines are.
   */
  private void checkByteOrder() throws IOException {
    ZipEntry entry = zip.getEntry(root + "byteorder");
    if (entry == null) {
      return;
    }
    String order = new String(readEntry(entry, 16), StandardCharsets.US_ASCII);
    if (!order.equals("little")) {
      throw new UserError(
          file
              + ": was not written on a little-endian machine, or its byteorder entry is damaged;"
              + " save it again on a little-endian machine");
    }
  }

  private void readPickle() throws IOException {
    byte[] pickle = readEntry(zip.getEntry(root + PICKLE.substring(1)), LARGEST_PICKLE);
    Object content;
    try {
      content = PickleReader.read(pickle, new TorchObjects());
    } catch (Refused e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
    if (!(content instanceof Map<?, ?> dictionary)) {
      throw new UserError(
          file + ": does not contain a dictionary of tensors; save a model's state_dict() instead");
    }
    dictionary.forEach((key, value) -> {
      if (key instanceof String name && value instanceof StoredTensor tensor) {
        check(name, tensor);
        tensors.put(name, tensor);
      }
    });
  }

  /** Reads an entry completely, if it is no larger than a limit. */
  private byte[] readEntry(ZipEntry entry, int most) throws IOException {
    long bytes = checkedSize(entry);
    if (bytes > most) {
      throw bad(
          "its %s has %,d bytes, more than the limit of %,d".formatted(shown(entry), bytes, most));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] content = in.readNBytes((int) bytes);
      if (content.length < bytes) {
        throw new EOFException(shown(entry) + " ends too early");
      }
      return content;
    }
  }

  /** Returns the size of an entry in bytes, after checking that the file can contain that much. */
  private long checkedSize(ZipEntry entry) {
    long size = entry.getSize();
    long packed = entry.getCompressedSize();
    boolean stored = entry.getMethod() == ZipEntry.STORED;
    boolean possible =
        packed >= 0
            && packed <= fileBytes
            && size >= 0
            && (stored ? size == packed : size / MOST_DEFLATED <= packed);
    if (!possible) {
      throw bad(
          "its %s claims %,d bytes, compressed to %,d, which this file cannot contain"
              .formatted(shown(entry), size, packed));
    }
    return size;
  }

  private String shown(ZipEntry entry) {
    return entry.getName().substring(root.length());
  }

  /** Checks that a tensor lies within its storage, and the storage within the archive. */
  private void check(String name, StoredTensor tensor) {
    Storage storage = tensor.storage();
    long elements;
    long end;
    try {
      elements = tensor.elements();
      end = tensor.end();
    } catch (ArithmeticException e) {
      throw bad("tensor %s claims more elements than any memory can hold".formatted(name));
    }
    if (end > storage.elements()) {
      throw bad(
          "tensor %s needs %d elements, but its storage has %d"
              .formatted(name, end, storage.elements()));
    }
    if (elements > 0 && storage.type().dtype().isPresent()) {
      checkStorage(name, storage, storage.type().dtype().get());
    }
  }

  private void checkStorage(String name, Storage storage, DType dtype) {
    ZipEntry entry = entry(storage);
    if (entry == null) {
      throw bad("the storage of tensor %s is missing".formatted(name));
    }
    long bytes = checkedSize(entry);
    if (bytes % dtype.bytes() != 0 || bytes / dtype.bytes() != storage.elements()) {
      throw bad(
          "the storage of tensor %s has %,d bytes, which does not match %,d elements of %s"
              .formatted(name, bytes, storage.elements(), storage.type().name()));
    }
  }

  private ZipEntry entry(Storage storage) {
    return zip.getEntry(root + "data/" + storage.key());
  }

  private UserError bad(String what) {
    return new UserError(file + ": " + what + DAMAGED);
  }

  // ---- contents -------------------------------------------------------------------------------

  /** Returns the tensors' names, in the order in which they were saved. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /**
   * Returns a tensor's shape.
   *
   * @throws UserError if the file contains no tensor with that name
   */
  public long[] shape(String name) {
    return stored(name).shape().clone();
  }

  /**
   * Returns a tensor's element type.
   *
   * @throws UserError if the file contains no tensor with that name, or its type is not supported
   */
  public DType dtype(String name) {
    ElementType type = stored(name).storage().type();
    return type.dtype()
        .orElseThrow(() ->
            new UserError(
                "%s: tensor %s has dtype %s, which is not supported; convert it and save again"
                    .formatted(file, name, type.name())));
  }

  private StoredTensor stored(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new UserError("%s: contains no tensor named %s".formatted(file, name));
    }
    return tensor;
  }

  /** Returns the path of the file. */
  public Path file() {
    return file;
  }

  // ---- reading --------------------------------------------------------------------------------

  /**
   * Reads a tensor into a new contiguous tensor in host memory. Tensors that share a storage in the
   * file do not share memory once read.
   *
   * @throws UserError if the file contains no tensor with that name, its type is not supported, it
   *     repeats its elements (an expanded view), or its data is damaged
   */
  public Tensor tensor(String name) {
    StoredTensor stored = stored(name);
    DType dtype = dtype(name);
    if (stored.elements() == 0) {
      return Tensor.zeros(dtype, stored.shape()).onHost();
    }
    refuseRepeated(name, stored);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment span = read(stored, dtype.bytes(), arena);
      MemorySegment rows =
          stored.isContiguous() ? span : gathered(stored, span, dtype.bytes(), arena);
      if (dtype == DType.BOOL) {
        checkBooleans(name, rows);
      }
      try (Tensor borrowed = Tensor.ofMemory(rows, dtype, stored.shape())) {
        return borrowed.copy();
      }
    } catch (IOException e) {
      throw new UserError(
          "%s: tensor %s cannot be read (%s)%s".formatted(file, name, e.getMessage(), DAMAGED), e);
    }
  }

  /**
   * Rejects expanded views: they can give a single element any size, so the file's size would no
   * longer bound the memory needed.
   */
  private void refuseRepeated(String name, StoredTensor stored) {
    long held = stored.storage().elements();
    if (stored.elements() > held) {
      throw new UserError(
          "%s: tensor %s expands %d stored elements to %d, which is not supported;"
                  .formatted(file, name, held, stored.elements())
              + " save it again after contiguous()");
    }
  }

  /** Reads the storage's bytes from a tensor's first element to its last. */
  private MemorySegment read(StoredTensor stored, int elementBytes, Arena arena)
      throws IOException {
    long bytes = (stored.end() - stored.offset()) * elementBytes;
    MemorySegment span = arena.allocate(bytes, Long.BYTES);
    byte[] chunk = new byte[(int) Math.min(CHUNK, bytes)];
    try (InputStream in = zip.getInputStream(entry(stored.storage()))) {
      in.skipNBytes(stored.offset() * elementBytes);
      for (long done = 0; done < bytes; ) {
        int count = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, bytes - done));
        if (count == 0) {
          throw new EOFException("its storage ends too early");
        }
        MemorySegment.copy(chunk, 0, span, ValueLayout.JAVA_BYTE, done, count);
        done += count;
      }
    }
    return span;
  }

  /** Copies a tensor's elements into row-major order. */
  private static MemorySegment gathered(
      StoredTensor stored, MemorySegment span, int elementBytes, Arena arena) {
    MemorySegment rows = arena.allocate(stored.elements() * elementBytes, Long.BYTES);
    long[] index = new long[stored.shape().length];
    long from = 0;
    for (long to = 0; to < rows.byteSize(); to += elementBytes) {
      MemorySegment.copy(span, from * elementBytes, rows, to, elementBytes);
      from += advance(index, stored);
    }
    return rows;
  }

  /**
   * Advances the index to the next element in row-major order.
   *
   * @return distance to that element in the storage, in elements
   */
  private static long advance(long[] index, StoredTensor stored) {
    long distance = 0;
    for (int dim = index.length - 1; dim >= 0; dim--) {
      distance += stored.strides()[dim];
      if (++index[dim] < stored.shape()[dim]) {
        return distance;
      }
      distance -= index[dim] * stored.strides()[dim];
      index[dim] = 0;
    }
    return distance;
  }

  /** Rejects bytes other than 0 and 1, which libtorch does not define as booleans. */
  private void checkBooleans(String name, MemorySegment rows) {
    for (long i = 0; i < rows.byteSize(); i++) {
      if ((rows.get(ValueLayout.JAVA_BYTE, i) & ~1) != 0) {
        throw bad("tensor %s is boolean but contains a byte other than 0 and 1".formatted(name));
      }
    }
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw FileError.cannotBe("closed", file, e);
    }
  }
}
