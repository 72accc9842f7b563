package io.braid.task.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.task.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares files written by pyarrow ({@code parity/parquet_files.py}) with what pyarrow reads. */
class ParquetRecordsTest {
  @TempDir Path folder;

  private Path file(String name) throws IOException {
    return Resources.copy("records/" + name, folder.resolve(name));
  }

  private static List<String> lines(Path file) {
    return RecordFile.read(file).stream().map(each -> JsonText.line(each.values())).toList();
  }

  /** Nested lists, structs and maps, with nulls at every level, in both page formats. */
  @ParameterizedTest
  @ValueSource(strings = {"zstd", "snappy", "gzip", "lz4", "brotli", "none"})
  void nestedColumnsOfEveryCompressionAreRead(String codec) throws IOException {
    assertThat(lines(file("nested-%s.parquet".formatted(codec))))
        .isEqualTo(lines(file("nested.jsonl")));
  }

  @Test
  void encodingsWithoutADictionaryAreRead() throws IOException {
    assertThat(lines(file("encodings.parquet")))
        .containsExactly(
            line("{'whole':3,'real':0.1,'text':'abc','same':'long text','flag':true}"),
            line("{'whole':null,'real':null,'text':'abd','same':'long text too','flag':null}"),
            line("{'whole':-4,'real':-2.5,'text':null,'same':null,'flag':false}"),
            line("{'whole':1000000000000,'real':3.0,'text':'','same':'long','flag':true}"));
  }

  private static String line(String json) {
    return json.replace('\'', '"');
  }

  @Test
  void everyTypeBecomesJson() throws IOException {
    DataRecord only = RecordFile.read(file("types.parquet")).getFirst();
    List<String> found = new ArrayList<>();
    only.values().forEachEntry((name, value) -> found.add(name + " " + value));
    assertThat(found)
        .containsExactly(
            "half 0.099975586",
            "float 0.1",
            "double 100000000000000000000.0",
            "tiny -1",
            "byte 255",
            "unsigned 4294967295",
            "largest 18446744073709551615",
            "decimal 1.50",
            "long_decimal 123456789012345678901234567890.12",
            "date \"1969-12-31\"",
            "milliseconds \"2024-01-05 12:30:00.5\"",
            "microseconds \"1960-01-05 00:00:00\"",
            "nanoseconds \"2024-01-05 12:30:00.500000123\"",
            "utc \"2024-01-05 12:30:00.5+00\"",
            "time \"12:30:00.0005\"",
            "short_time \"12:30:00\"",
            "uuid \"30313233-3435-3637-3839-616263646566\"",
            "json {\"a\":[1,2.50]}",
            "bytes_of_text \"it's \\\\frac \\\"ü\\\"\\n\"",
            "bytes \"3 bytes\"",
            "fixed_bytes \"4 bytes\"",
            "null null",
            "number_keys {\"1\":\"x\"}");
    assertThat(only.text("double")).contains("100000000000000000000.0");
  }

  @Test
  void timestampsOfImpalaAndSparkAreRead() throws IOException {
    assertThat(lines(file("int96.parquet")))
        .containsExactly(
            line("{'at':'2024-01-05 12:30:00.5'}"),
            line("{'at':'1960-01-05 00:00:00'}"),
            line("{'at':null}"));
  }

  @Test
  void rowGroupsWithoutRowsAreSkipped() throws IOException {
    List<String> once = lines(file("encodings.parquet")).subList(0, 3);
    List<String> thrice = new ArrayList<>(once);
    thrice.addAll(once);
    thrice.addAll(once);
    assertThat(lines(file("empty_groups.parquet"))).isEqualTo(thrice);
    Path empty = file("empty.parquet");
    assertThatThrownBy(() -> RecordFile.read(empty))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("empty.parquet has no problems: it is empty");
  }

  @Test
  void severalFilesAreReadInTheOrderOfTheirNames() throws IOException {
    Path two = Files.createDirectory(folder.resolve("two"));
    Resources.copy("records/int96.parquet", two.resolve("part-1.parquet"));
    Resources.copy("records/question.parquet", two.resolve("part-0.parquet"));
    assertThat(RecordFile.read(two))
        .extracting(DataRecord::where)
        .startsWith(
            two.resolve("part-0.parquet") + " row 1", two.resolve("part-1.parquet") + " row 1")
        .hasSize(4);
  }

  @Test
  void ambiguousSchemasAreRefused() throws IOException {
    Path twice = file("duplicate.parquet");
    assertThatThrownBy(() -> RecordFile.read(twice))
        .isInstanceOf(UserError.class)
        .hasMessage("%s: two columns are named 'question'; rename one of them".formatted(twice));
    Path bytes = file("not_text.parquet");
    assertThatThrownBy(() -> RecordFile.read(bytes))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "%s row 2: column 'question' is not UTF-8 text; write it as text".formatted(bytes));
  }

  /** A damaged file never makes the reader hang, throw another exception or mention the library. */
  @ParameterizedTest
  @Timeout(60)
  @ValueSource(strings = {"nested-zstd.parquet", "nested-gzip.parquet", "encodings.parquet"})
  void damagedFilesAreRefusedInOneLine(String name) throws IOException {
    byte[] whole = Files.readAllBytes(file(name));
    Random random = new Random(18);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] bytes = Arrays.copyOf(whole, i % 3 == 0 ? random.nextInt(whole.length) : whole.length);
      if (i % 3 != 0) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path damaged = Files.write(folder.resolve("damaged.parquet"), bytes);
      try {
        RecordFile.forEach(damaged, _ -> {});
      } catch (UserError e) {
        refused++;
        assertThat(e).hasMessageStartingWith(damaged.toString());
        assertThat(e).hasMessageNotContainingAny("hardwood", "java.", "Exception", "null");
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(50); // all truncated files, and others
  }
}
