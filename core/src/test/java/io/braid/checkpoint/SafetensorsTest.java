package io.braid.checkpoint;

import static io.braid.checkpoint.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.braid.UserError;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final String REMEDY = "Copy or download the file again.";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("model.safetensors");
  }

  // ---- valid files ----------------------------------------------------------------------------

  @Test
  void aFileBuiltByHandIsRead() throws IOException {
    write(
        """
        {"__metadata__":{"format":"pt"},\
        "b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
        "a":{"dtype":"I64","shape":[],"data_offsets":[8,16]},\
        "none":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]}}\
        """,
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1.5f)
            .putFloat(-2)
            .putLong(7)
            .array());
    try (Safetensors tensors = Safetensors.open(file);
        Scope scope = Scope.open()) {
      assertThat(tensors.names()).containsExactly("b", "a", "none");
      assertThat(tensors.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(tensors.tensor("b").toFloats()).containsExactly(1.5f, -2);
      assertThat(tensors.tensor("a").shape()).isEmpty();
      assertThat(tensors.tensor("a").item()).isEqualTo(7);
      assertThat(tensors.tensor("none").shape()).containsExactly(0, 3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyDtypeIsReadBackExactly(DType dtype) {
    try (Scope scope = Scope.open()) {
      Tensor tensor = Tensor.of(new double[] {1, 0, 0, 1, 1, 0}, 2, 3).to(dtype);
      SafetensorsWriter.write(file, Map.of("t", tensor), Map.of());
      try (Safetensors read = Safetensors.open(file)) {
        assertThat(read.tensor("t").sameAs(tensor)).isTrue();
        assertThat(read.tensor("t").dtype()).isEqualTo(dtype);
      }
    }
  }

  @Test
  void transposedScalarEmptyAndLargeTensorsAreWrittenInOrderAndAligned() throws IOException {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("turned", Tensor.arange(6).view(2, 3).transpose(0, 1));
      tensors.put("scalar", Tensor.full(DType.FLOAT32, 0.5));
      tensors.put("empty", Tensor.zeros(DType.FLOAT32, 0, 4));
      tensors.put("large", Tensor.arange(3_000_000)); // 24 MB, more than one chunk
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
      try (Safetensors read = Safetensors.open(file)) {
        assertThat(read.names()).containsExactly("turned", "scalar", "empty", "large");
        assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
        tensors.forEach(
            (name, tensor) -> assertThat(read.tensor(name).sameAs(tensor)).as(name).isTrue());
      }
      long header =
          ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertThat(header % 8).as("the data are aligned").isZero();
    }
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    write("{}");
    try (Safetensors tensors = Safetensors.open(file)) {
      refusal(file, () -> tensors.tensor("lm_head.weight"))
          .contains("contains no tensor named lm_head.weight");
    }
  }

  @Test
  void aMissingFileIsNamed() {
    refusal(file, () -> Safetensors.open(file)).contains("no such file");
  }

  // ---- truncation -----------------------------------------------------------------------------

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    byte[] whole = golden();
    int header = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int[] cuts = {
      0,
      1,
      7,
      8,
      9,
      10,
      header / 2,
      header - 1,
      header,
      header + 1,
      whole.length / 2,
      whole.length - 8192,
      whole.length - 4,
      whole.length - 1
    };
    for (int cut : cuts) {
      Files.write(file, Arrays.copyOf(whole, cut));

      refusal(file, () -> Safetensors.open(file).close()).endsWith(REMEDY);
    }
  }

  // ---- invalid headers ------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3, 1000, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void anImpossibleHeaderLengthIsRefused(long length) throws IOException {
    byte[] bytes =
        ByteBuffer.allocate(10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length)
            .put((byte) '{')
            .put((byte) '}')
            .array();
    Files.write(file, bytes);

    refusal(file, () -> Safetensors.open(file).close())
        .contains("its header claims " + length + " bytes, but the file has 10")
        .endsWith(REMEDY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{]", "{\"a\":", "\u0000\u0001\u0002", "  ", "{} x", "{'a':1}"})
  void aHeaderThatIsNotJsonIsRefused(String header) throws IOException {
    write(header);

    refused("is not");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "12", "\"x\"", "null"})
  void aHeaderThatIsNotAnObjectIsRefused(String header) throws IOException {
    write(header);

    refused("its header is not a JSON object");
  }

  @Test
  void aDeeplyNestedHeaderIsRefused() throws IOException {
    write("[".repeat(1_000_000));
    refused("its header");

    write("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000));
    refused("its header");

    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":"
            + "[".repeat(200)
            + "]".repeat(200)
            + ",\"data_offsets\":[0,0]}}");
    refused("tensor a has");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "null",
        "\"F32\"",
        "[]",
        "{}",
        "{\"dtype\":\"F32\"}",
        "{\"dtype\":\"F32\",\"shape\":[1]}",
        "{\"dtype\":\"F32\",\"data_offsets\":[0,4]}"
      })
  void anInvalidEntryIsRefused(String entry) throws IOException {
    write("{\"a\":" + entry + "}", new byte[4]);

    refused("tensor a has no valid shape and data_offsets");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"F80\"", "\"f32\"", "\"\"", "null", "7", "{}", "[\"F32\"]"})
  void anUnknownDtypeIsRefused(String dtype) throws IOException {
    write(entry("a", dtype, "[1]", "[0,4]"), new byte[4]);

    refused("tensor a has the unknown dtype");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F8_E4M3", "U32"})
  void aQuantizedDtypeHasItsOwnRemedy(String dtype) throws IOException {
    write(entry("a", "\"" + dtype + "\"", "[1]", "[0,4]"), new byte[4]);

    Refusals.refusal(file, () -> Safetensors.open(file).close())
        .endsWith(
            "has dtype " + dtype + ", so the weights are quantized; use the unquantized model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[-1] | has -1 where a non-negative integer is required",
        "[1.0] | has 1.0 where a non-negative integer is required",
        "[\"1\"] | has \"1\" where a non-negative integer is required",
        "[null] | where a non-negative integer is required",
        "[[1]] | where a non-negative integer is required",
        "[100000000000000000000] | where a non-negative integer is required",
        "[1e3] | where a non-negative integer is required",
        "{} | no valid shape",
        "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] | no valid shape",
        "[4294967296,4294967296] | claims more elements than any memory can hold",
        "[9223372036854775807] | claims more elements than any memory can hold",
        "[0,4611686018427387904,8] | claims more elements than any memory can hold",
        "[4611686018427387904,8,0] | claims more elements than any memory can hold",
        "[2] | claims 4 bytes, but its shape and dtype need 8",
        "[0] | claims 4 bytes, but its shape and dtype need 0"
      })
  void anInvalidShapeIsRefused(String shape, String complaint) throws IOException {
    write(entry("a", "\"F32\"", shape, "[0,4]"), new byte[4]);

    refused(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0] | no valid shape and data_offsets",
        "[0,4,8] | no valid shape and data_offsets",
        "{} | no valid shape and data_offsets",
        "[-4,0] | where a non-negative integer is required",
        "[0,4.0] | where a non-negative integer is required",
        "[0,18446744073709551616] | where a non-negative integer is required",
        "[4,0] | claims bytes 4 to 0 of 8",
        "[8,12] | claims bytes 8 to 12 of 8",
        "[9223372036854775803,9223372036854775807] | the file is truncated or its header is"
            + " damaged",
        "[0,8] | claims 8 bytes, but its shape and dtype need 4"
      })
  void invalidOffsetsAreRefused(String offsets, String complaint) throws IOException {
    write(entry("a", "\"F32\"", "[1]", offsets), new byte[8]);

    refused(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[0,8] | [4,12]", "[4,12] | [0,8]", "[0,8] | [0,8]"})
  void overlappingTensorsAreRefused(String one, String other) throws IOException {
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":%s},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":%s}}"
            .formatted(one, other),
        new byte[12]);

    refused("overlap");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "[]", "{\"format\":{}}", "{\"format\":[1]}", "\"pt\""})
  void metadataThatIsNotStringsIsRefused(String notes) throws IOException {
    write("{\"__metadata__\":" + notes + "}");

    refused("__metadata__");
  }

  @Test
  void aDamagedHeaderIsReadOrRefused() throws IOException {
    byte[] whole = golden();
    int header = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Random random = new Random(99);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      byte[] damaged = whole.clone();
      for (int change = 0; change < 1 + round % 3; change++) {
        damaged[random.nextInt(header)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try (Safetensors tensors = Safetensors.open(file);
          Scope scope = Scope.open()) {
        for (String name : tensors.names()) {
          tensors.tensor(name).to(DType.FLOAT64).sum();
        }
      } catch (UserError e) {
        refused++;
      }
    }

    assertThat(refused).isBetween(100, 499);
  }

  // ---- helpers --------------------------------------------------------------------------------

  private void refused(String complaint) {
    refusal(file, () -> Safetensors.open(file).close()).contains(complaint).endsWith(REMEDY);
  }

  private static String entry(String name, String dtype, String shape, String offsets) {
    return "{\"%s\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(name, dtype, shape, offsets);
  }

  private void write(String header, byte... data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate(8 + json.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data)
            .array());
  }

  private static byte[] golden() throws IOException {
    return Files.readAllBytes(GoldenModels.path("qwen3").resolve("model.safetensors"));
  }
}
