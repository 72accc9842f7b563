package io.braid.task.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.braid.SharedData;
import io.braid.UserError;
import io.braid.task.Problem;
import io.braid.task.ProblemFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowRecordsTest {
  private static final String FIRST =
      "{\"text\":\"é\",\"large\":\"L\",\"whole\":9007199254740993,\"real\":0.1,\"yes\":true,"
          + "\"bytes\":\"3 bytes\",\"list\":[1,2],\"struct\":{\"a\":7},\"kind\":\"algebra\"}";
  private static final String SECOND =
      "{\"text\":null,\"large\":null,\"whole\":null,\"real\":null,\"yes\":null,"
          + "\"bytes\":null,\"list\":[],\"struct\":null,\"kind\":\"algebra\"}";

  @TempDir Path folder;

  /** Writes two rows of every kind of column. */
  private Path written(boolean asFile) throws IOException {
    Path path = folder.resolve(asFile ? "file.arrow" : "stream.arrow");
    try (BufferAllocator memory = new RootAllocator();
        VarCharVector words = new VarCharVector("words", memory)) {
      set(words, 0, "geometry");
      set(words, 1, "algebra");
      words.setValueCount(2);
      DictionaryEncoding encoding = new DictionaryEncoding(5, false, new ArrowType.Int(8, true));
      DictionaryProvider dictionaries =
          new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, encoding));
      try (VectorSchemaRoot root = new VectorSchemaRoot(columns(memory, encoding));
          OutputStream out = Files.newOutputStream(path);
          ArrowWriter writer =
              asFile
                  ? new ArrowFileWriter(root, dictionaries, Channels.newChannel(out))
                  : new ArrowStreamWriter(root, dictionaries, out)) {
        root.setRowCount(2);
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    return path;
  }

  private static void set(VarCharVector column, int row, String text) {
    column.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<FieldVector> columns(BufferAllocator memory, DictionaryEncoding encoding) {
    VarCharVector text = new VarCharVector("text", memory);
    set(text, 0, "é");
    LargeVarCharVector large = new LargeVarCharVector("large", memory);
    large.setSafe(0, new byte[] {'L'});
    BigIntVector whole = new BigIntVector("whole", memory);
    whole.setSafe(0, 9007199254740993L);
    Float8Vector real = new Float8Vector("real", memory);
    real.setSafe(0, 0.1);
    BitVector yes = new BitVector("yes", memory);
    yes.setSafe(0, 1);
    VarBinaryVector bytes = new VarBinaryVector("bytes", memory);
    bytes.setSafe(0, new byte[3]);
    ListVector list = ListVector.empty("list", memory);
    UnionListWriter writer = list.getWriter();
    writer.setPosition(0);
    writer.startList();
    writer.bigInt().writeBigInt(1);
    writer.bigInt().writeBigInt(2);
    writer.endList();
    writer.setPosition(1);
    writer.startList();
    writer.endList();
    writer.setValueCount(2);
    StructVector struct = StructVector.empty("struct", memory);
    BigIntVector inner =
        struct.addOrGet("a", FieldType.nullable(new ArrowType.Int(64, true)), BigIntVector.class);
    inner.setSafe(0, 7);
    struct.setIndexDefined(0);
    TinyIntVector kind =
        new TinyIntVector(
            "kind", new FieldType(true, new ArrowType.Int(8, true), encoding), memory);
    kind.setSafe(0, 1);
    kind.setSafe(1, 1);
    List<FieldVector> columns = List.of(text, large, whole, real, yes, bytes, list, struct, kind);
    columns.forEach(column -> column.setValueCount(2));
    return columns;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyKindOfColumnBecomesJson(boolean asFile) throws IOException {
    assertThat(RecordFile.read(written(asFile)))
        .extracting(values -> values.values().toString())
        .containsExactly(FIRST, SECOND);
  }

  @Test
  void aSavedDataSetIsReadByItsDescription() throws IOException {
    Path saved = Files.createDirectories(folder.resolve("set/train"));
    Files.move(written(false), saved.resolve("data-00000-of-00001.arrow"));
    Files.writeString(
        saved.resolve("state.json"),
        "{\"_data_files\": [{\"filename\": \"data-00000-of-00001.arrow\"}], \"_split\":"
            + " \"train\"}");
    Files.writeString(saved.resolve("dataset_info.json"), "{}");
    Files.writeString(saved.resolveSibling("dataset_dict.json"), "{\"splits\": [\"train\"]}");
    assertThat(RecordFile.read(saved)).hasSize(2);
    assertThat(RecordFile.read(folder.resolve("set"))).hasSize(2);
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(written(false));
    Path cut = folder.resolve("cut.arrow");
    for (int length = 1; length < whole.length; length += 5) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> RecordFile.read(cut))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(UserError.class);
    }
  }

  /**
   * Damage is detected or changes values, but never causes a crash, a hang or memory exhaustion.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void flippedBitsAreHarmless(boolean asFile) throws IOException {
    byte[] whole = Files.readAllBytes(written(asFile));
    Path flipped = folder.resolve("flipped.arrow");
    Random random = new Random(17);
    int refused = 0;
    for (int i = 0; i < whole.length * 8; i += 1 + random.nextInt(30)) {
      byte[] damaged = whole.clone();
      damaged[i / 8] ^= (byte) (1 << (i % 8));
      Files.write(flipped, damaged);
      refused +=
          assertTimeoutPreemptively(Duration.ofSeconds(20), () -> isRefused(flipped)) ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  private static boolean isRefused(Path file) {
    try {
      RecordFile.read(file);
      return false;
    } catch (UserError e) {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rlfr_aime.arrow, 30",
    "rlfr_aime25.arrow, 30",
    "rlfr_amc.arrow, 83",
    "rlfr_math.arrow, 500",
    "rlfr_minerva.arrow, 272",
    "rlfr_olympiad_bench.arrow, 675"
  })
  void publishedDataSetsAreRead(String name, int count) {
    List<Problem> problems = ProblemFile.read(SharedData.file(name));
    assertThat(problems).hasSize(count);
    assertThat(problems.stream().map(Problem::id).distinct()).hasSize(count);
  }
}
