package io.braid.checkpoint;

import static io.braid.checkpoint.Refusals.refusal;
import static io.braid.checkpoint.TorchFiles.entries;
import static io.braid.checkpoint.TorchFiles.floats;
import static io.braid.checkpoint.TorchFiles.path;
import static io.braid.checkpoint.TorchFiles.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.checkpoint.TorchFiles.Pickle;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchArchiveTest {
  private static final String REMEDY = "Copy or download the file again.";
  private static final byte[] SIX = floats(0, 1, 2, 3, 4, 5);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("pytorch_model.bin");
  }

  // ---- valid files ----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "flow_model.plain.bin, '',          FLOAT32",
    "flow_model.bin,       model.,      BFLOAT16",
    "pytorch_model.bin,    flow.model., FLOAT16"
  })
  void theFlowFieldsWeightsAreReadExactly(String archive, String prefix, DType dtype) {
    try (Safetensors expected = Safetensors.open(path("network.safetensors"));
        TorchArchive read = TorchArchive.open(path(archive));
        Scope scope = Scope.open()) {
      assertThat(read.names().stream().filter(name -> name.startsWith(prefix)))
          .filteredOn(name -> !name.startsWith("pretrained_model."))
          .hasSize(expected.names().size());
      for (String name : expected.names()) {
        Tensor tensor = read.tensor(prefix + name);
        assertThat(read.dtype(prefix + name)).isEqualTo(tensor.dtype()).isEqualTo(dtype);
        assertThat(read.shape(prefix + name)).isEqualTo(tensor.shape());
        assertThat(tensor.sameAs(expected.tensor(name).to(dtype))).as(name).isTrue();
      }
    }
  }

  @Test
  void sharedAndTransposedTensorsAreReadIntoSeparateMemory() {
    try (TorchArchive read = TorchArchive.open(path("pytorch_model.bin"));
        Scope scope = Scope.open()) {
      Tensor embedding = Tensor.arange(24).to(DType.FLOAT32).times(0.125).view(6, 4);
      assertSame(read, "embed_tokens.weight", embedding);
      assertThat(read.tensor("pretrained_model.lm_head.weight").sameAs(embedding)).isTrue();
      Tensor block = Tensor.arange(40).to(DType.FLOAT32).times(0.25).view(5, 8);
      assertSame(read, "turned", block.transpose(0, 1));
      assertSame(read, "rows", block.narrow(0, 1, 2));
      float[] columns = new float[15];
      for (int i = 0; i < columns.length; i++) {
        columns[i] = (8 * (i / 3) + 2 + 2 * (i % 3)) / 4f;
      }
      assertSame(read, "columns", Tensor.of(columns, 5, 3));
      assertSame(read, "trained", Tensor.of(new float[] {0.5f, 1.5f}, 2));
    }
  }

  @Test
  void otherDtypesScalarsAndEmptyTensorsAreRead() {
    try (TorchArchive read = TorchArchive.open(path("pytorch_model.bin"));
        Scope scope = Scope.open()) {
      assertSame(read, "position_ids", Tensor.arange(5));
      assertSame(read, "counts", Tensor.of(new long[] {3, -1}, 2).to(DType.INT32));
      assertSame(read, "exact", Tensor.full(DType.FLOAT64, 1.0 / 3));
      assertSame(read, "mask", Tensor.of(new boolean[] {true, false}, 2));
      assertSame(read, "none", Tensor.zeros(DType.FLOAT32, 0, 4));
    }
  }

  private static void assertSame(TorchArchive read, String name, Tensor expected) {
    Tensor tensor = read.tensor("pretrained_model.model." + name);
    assertThat(tensor.dtype()).as(name).isEqualTo(expected.dtype());
    assertThat(tensor.shape()).as(name).isEqualTo(expected.shape());
    assertThat(tensor.sameAs(expected)).as(name).isTrue();
  }

  @Test
  void aTensorOutlivesTheFileItWasReadFrom() {
    try (Scope scope = Scope.open()) {
      Tensor tensor;
      try (TorchArchive read = TorchArchive.open(path("small.bin"))) {
        tensor = read.tensor("weight");
      }
      assertThat(tensor.toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small.bin", "small.protocol4.bin"})
  void valuesOtherThanTensorsAreSkipped(String archive) {
    try (TorchArchive read = TorchArchive.open(path(archive));
        Scope scope = Scope.open()) {
      assertThat(read.names()).containsExactly("weight");
      assertThat(read.tensor("weight").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
      refusal(path(archive), () -> read.tensor("step")).contains("contains no tensor named step");
    }
  }

  @Test
  void aTensorWithOneZeroLengthIsEmpty() throws IOException {
    long[] shape = {0, 1L << 61};
    byte[] pickle = tensor("FloatStorage", 6, 0, shape, new long[] {1, 1});
    TorchFiles.write(file, entries(pickle, SIX));
    try (TorchArchive read = TorchArchive.open(file);
        Scope scope = Scope.open()) {
      assertThat(read.tensor("t").shape()).isEqualTo(shape);
    }
  }

  @Test
  void aCompressedArchiveIsRead() throws IOException {
    byte[] pickle = tensor("FloatStorage", 6, 1, new long[] {2, 2}, new long[] {1, 3});
    TorchFiles.write(file, entries(pickle, SIX), ZipEntry.DEFLATED);
    try (TorchArchive read = TorchArchive.open(file);
        Scope scope = Scope.open()) {
      assertThat(read.tensor("t").toFloats()).containsExactly(1, 4, 2, 5);
    }
  }

  @Test
  void anArchiveWithoutAByteOrderIsReadAsLittleEndian() throws IOException {
    Map<String, byte[]> entries = entries(whole("FloatStorage", 6), SIX);
    entries.remove("a/byteorder");
    TorchFiles.write(file, entries);
    try (TorchArchive read = TorchArchive.open(file);
        Scope scope = Scope.open()) {
      assertThat(read.tensor("t").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  // ---- other files ----------------------------------------------------------------------------

  @Test
  void aMissingFileIsNamed() {
    refusal(file, () -> TorchArchive.open(file)).contains("no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "notazip.bin | was not written by torch.save of PyTorch 1.6 or later; save it again",
        "legacy.bin  | is in the format of torch.save before PyTorch 1.6; load it and save",
        "bare.bin    | does not contain a dictionary of tensors; save a model's state_dict()"
            + " instead"
      })
  void anotherKindOfFileIsIdentified(String archive, String message) {
    refusal(path(archive), () -> TorchArchive.open(path(archive))).contains(message);
  }

  @Test
  void aPlainZipIsNotATorchArchive() throws IOException {
    TorchFiles.write(file, Map.of("data.pkl", SIX, "a/b/data.pkl", SIX));
    refusal(file, () -> TorchArchive.open(file)).contains("with 0 data.pkl instead of one");

    TorchFiles.write(file, Map.of("a/data.pkl", SIX, "b/data.pkl", SIX));
    refusal(file, () -> TorchArchive.open(file)).contains("with 2 data.pkl instead of one");
  }

  @Test
  void aBigEndianArchiveIsRefused() throws IOException {
    Map<String, byte[]> entries = entries(whole("FloatStorage", 6), SIX);
    entries.put("a/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    TorchFiles.write(file, entries);

    refusal(file, () -> TorchArchive.open(file)).contains("little-endian");
  }

  @Test
  void unsupportedTensorsAreListedAndRefusedOnReading() {
    Path archive = path("pytorch_model.bin");
    try (TorchArchive read = TorchArchive.open(archive)) {
      String name = "pretrained_model.model.short";
      assertThat(read.names()).contains(name);
      assertThat(read.shape(name)).containsExactly(1);
      refusal(archive, () -> read.tensor(name)).contains("short has dtype int16");
      refusal(archive, () -> read.tensor("pretrained_model.model.repeated"))
          .contains("expands 2 stored elements to 6");
    }
  }

  // ---- code in pickles ------------------------------------------------------------------------

  @Test
  void aPickleThatWouldRunACommandIsRefusedByName() {
    Path archive = path("hostile.bin");
    refusal(archive, () -> TorchArchive.open(archive))
        .contains("asks for the Python object posix.system")
        .contains("none of its code was run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "builtins eval",
        "torch load",
        "torch._utils FloatStorage",
        "torch._utils _rebuild_tensor_v2.__globals__",
        "collections Counter",
        "torch._tensor _rebuild_from_type_v2"
      })
  void otherNamesAreRefusedToo(String global) throws IOException {
    byte[] pickle = new Pickle().op(0x80, 2).global(global).op('.').bytes();
    TorchFiles.write(file, entries(pickle, SIX));

    refusal(file, () -> TorchArchive.open(file))
        .contains("Python object " + global.replace(' ', '.') + ",");
  }

  @Test
  void aNameWithControlCharactersIsShownEscapedAndShortened() throws IOException {
    String name = "\u001b[2J" + "x".repeat(150);
    byte[] pickle = new Pickle().op(0x80, 2).global("m " + name).op('.').bytes();
    TorchFiles.write(file, entries(pickle, SIX));

    refusal(file, () -> TorchArchive.open(file)).contains("m.?[2Jxxx").contains("x…, which");
  }

  // ---- inconsistent archives ------------------------------------------------------------------

  private static byte[] whole(String type, long elements) {
    return tensor(type, elements, 0, new long[] {elements}, new long[] {1});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "6 | 0 | 7       | 1       | needs 7 elements, but its storage has 6",
        "6 | 1 | 6       | 1       | needs 7 elements, but its storage has 6",
        "6 | 0 | 2,3     | 4,1     | needs 7 elements, but its storage has 6",
        "6 | 6 |         |         | needs 7 elements, but its storage has 6",
        "6 | 0 | 4294967296,4294967296 | 0,0 | claims more elements than any memory can hold",
        "6 | 0 | 0,4294967296,4294967296 | 0,0,0 | claims more elements than any memory can hold",
        "6 | 0 | 3       | 9223372036854775807 | claims more elements than any memory can hold",
        "6 | 9223372036854775807 | 1 | 1 | claims more elements than any memory can hold",
        "1099511627776 | 0 | 1099511627776 | 1 | has 24 bytes, which does not match"
            + " 1,099,511,627,776",
        "4611686018427387904 | 0 | 4611686018427387904 | 1 | has 24 bytes, which does not match",
        "5 | 0 | 5       | 1       | has 24 bytes, which does not match 5 elements of float32",
        "6 | -1 | 1      | 1       | a length or an offset is not an integer",
        "6 | 0 | -1      | 1       | a length or an offset is not an integer",
        "6 | 5 | 2       | -1      | a length or an offset is not an integer",
        "6 | 0 | 2,3     | 1       | shape and strides do not match",
        "6 | 0 | 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1 | 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1 | do not"
            + " match"
      })
  void aTensorLargerThanItsStorageIsRefusedOnOpening(
      long elements, long offset, String shape, String strides, String message) throws IOException {
    byte[] pickle = tensor("FloatStorage", elements, offset, numbers(shape), numbers(strides));
    TorchFiles.write(file, entries(pickle, SIX));

    refusal(file, () -> TorchArchive.open(file)).contains(message);
  }

  @SuppressWarnings("NullAway") // JUnit gives null for an empty column
  private static long[] numbers(String list) {
    return list == null
        ? new long[0]
        : Arrays.stream(list.split(",")).mapToLong(Long::parseLong).toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 1L << 40, Long.MAX_VALUE})
  void anExpandedTensorIsListedButRefusedOnReading(long length) throws IOException {
    byte[] pickle = tensor("FloatStorage", 6, 0, new long[] {length}, new long[] {0});
    TorchFiles.write(file, entries(pickle, SIX));
    try (TorchArchive read = TorchArchive.open(file)) {
      assertThat(read.shape("t")).containsExactly(length);
      refusal(file, () -> read.tensor("t"))
          .contains("tensor t expands 6 stored elements to " + length);
    }
  }

  @Test
  void aMissingStorageIsRefused() throws IOException {
    Map<String, byte[]> entries = entries(whole("FloatStorage", 6), SIX);
    entries.remove("a/data/0");
    TorchFiles.write(file, entries);

    refusal(file, () -> TorchArchive.open(file)).contains("the storage of tensor t is missing");
  }

  @Test
  void aConjugatedTensorIsRefused() throws IOException {
    byte[] pickle = tensor("FloatStorage", 6, 0, new long[] {6}, new long[] {1}, "neg");
    TorchFiles.write(file, entries(pickle, SIX));

    refusal(file, () -> TorchArchive.open(file)).contains("conjugate or negative bit");
  }

  @Test
  void aBooleanOtherThanZeroAndOneIsRefusedOnReading() throws IOException {
    TorchFiles.write(file, entries(whole("BoolStorage", 3), new byte[] {0, 1, 2}));
    try (TorchArchive read = TorchArchive.open(file);
        Scope scope = Scope.open()) {
      refusal(file, () -> read.tensor("t")).contains("tensor t is boolean").endsWith(REMEDY);
    }
  }

  @Test
  void anArchiveDirectoryThatClaimsMoreThanTheFileHasIsRefused() throws IOException {
    long gigabyte = 1L << 30;
    TorchFiles.write(file, entries(whole("FloatStorage", gigabyte / 4), SIX));
    claim(gigabyte, gigabyte);
    refusal(file, () -> TorchArchive.open(file))
        .contains("its data/0 claims 1,073,741,824 bytes")
        .endsWith(REMEDY);

    TorchFiles.write(file, entries(whole("FloatStorage", gigabyte / 4), SIX), ZipEntry.DEFLATED);
    claim(gigabyte, 24);
    refusal(file, () -> TorchArchive.open(file)).contains("its data/0 claims 1,073,741,824 bytes");
  }

  /** Changes the sizes of data/0 in the archive's directory. */
  private void claim(long bytes, long packed) throws IOException {
    String archive = Files.readString(file, StandardCharsets.ISO_8859_1);
    int header = archive.lastIndexOf("a/data/0") - 46;
    byte[] spoiled = Files.readAllBytes(file);
    for (int i = 0; i < 4; i++) {
      spoiled[header + 20 + i] = (byte) (packed >> (8 * i));
      spoiled[header + 24 + i] = (byte) (bytes >> (8 * i));
    }
    Files.write(file, spoiled);
  }

  @Test
  void anOversizedPickleIsRefusedUnread() throws IOException {
    TorchFiles.write(file, entries(new byte[(32 << 20) + 1], SIX));
    refusal(file, () -> TorchArchive.open(file))
        .contains("its data.pkl has 33,554,433 bytes, more than the limit of 33,554,432");
  }

  // ---- truncation -----------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"small.bin", "small.protocol4.bin", "hostile.bin", "legacy.bin"})
  void aTruncatedFileIsRefused(String archive) throws IOException {
    byte[] whole = Files.readAllBytes(path(archive));
    for (int cut = 0; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      refusal(file, () -> TorchArchive.open(file).close()).isNotEmpty();
    }
  }
}
