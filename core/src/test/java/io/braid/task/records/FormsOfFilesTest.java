package io.braid.task.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.braid.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the forms of JSON files, separated values, compression and the detection of splits. */
class FormsOfFilesTest {
  @TempDir Path folder;

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static List<String> questions(Path file) {
    return questions(file, Optional.empty());
  }

  private static List<String> questions(Path file, Optional<String> split) {
    return RecordFile.read(file, split).stream()
        .map(values -> values.text("question").orElse("-"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"question\": \"a\",\n  \"answer\": [\n\"1\"]\n}\n{\n  \"question\": \"b\"\n}\n",
        "{\"question\": [\"a\", \"b\"], \"answer\": [\"1\", \"2\"]}",
        "{\"question\": {\"0\": \"a\", \"1\": \"b\"}, \"answer\": {\"0\": 1, \"1\": 2}}",
        "{\"0\": {\"question\": \"a\"}, \"1\": {\"question\": \"b\"}}",
        "{\"version\": 1, \"data\": [{\"question\": \"a\"}, {\"question\": \"b\"}]}",
        "{\"train\": [{\"question\": \"a\"}, {\"question\": \"b\"}]}",
        "{\"features\": [], \"rows\": [{\"row\": {\"question\": \"a\"}}, {\"row\": {\"question\":"
            + " \"b\"}}]}",
        "{\"columns\": [\"question\", \"n\"], \"index\": [0, 1], \"data\": [[\"a\", 1], [\"b\","
            + " 2]]}"
      })
  void aSingleObjectMayContainAllRecords(String content) throws IOException {
    assertThat(questions(write("a.json", content))).containsExactly("a", "b");
  }

  @Test
  void aSingleObjectMayBeARecord() throws IOException {
    assertThat(questions(write("a.json", "{\n\"question\": \"a\",\n\"answer\": \"1\"\n}")))
        .containsExactly("a");
    Path chat = write("c.json", "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}");
    assertThat(RecordFile.read(chat)).singleElement().matches(values -> values.isChat("messages"));
    Path tests =
        write("t.json", "{\"problem\": \"p\", \"tests\": [{\"input\": \"1\", \"output\": \"2\"}]}");
    assertThat(RecordFile.read(tests)).singleElement().matches(values -> values.has("tests"));
  }

  @Test
  void objectsOverSeveralLinesAreLocatedByLine() throws IOException {
    Path file = write("a.jsonl", "{\n\"question\": \"a\"\n}\n\n{\n\"question\": \"b\"\n}\n");
    assertThat(RecordFile.read(file))
        .extracting(DataRecord::where)
        .containsExactly(file + " line 1", file + " line 5");
    Path broken = write("b.jsonl", "{\n\"question\": \"a\"\n}\n{\n\"question\": b\n}\n");
    assertThatThrownBy(() -> RecordFile.read(broken))
        .hasMessageContaining("b.jsonl line 5 is malformed JSON: 'b' is not allowed there");
  }

  @Test
  void longNumbersAreReadAndTooLongOnesReported() throws IOException {
    String digits = "9".repeat(1500);
    Path file = write("a.jsonl", "{\"question\": \"a\", \"answer\": %s}\n".formatted(digits));
    assertThat(RecordFile.read(file).getFirst().text("answer")).contains(digits);
    Path exact = write("b.jsonl", "{\"n\": 3.14159265358979323846264338327950288}\n");
    assertThat(RecordFile.read(exact).getFirst().text("n"))
        .contains("3.14159265358979323846264338327950288");
    Path more = write("c.jsonl", "{\"n\": %s}\n".formatted("9".repeat(30_000)));
    assertThatThrownBy(() -> RecordFile.read(more))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "c.jsonl line 1 is malformed JSON: a number has more than 20,000 digits");
  }

  /** Error messages must not mention a library's classes or settings. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a.jsonl | {\"a\": 1}§{\"a\": x} | a.jsonl line 2 is malformed JSON: 'x' is not allowed"
            + " there (column 7)",
        "a.jsonl | {\"a\": 1}§{\"a\": [1, | a.jsonl line 2 is malformed JSON: it ends too early",
        "a.json | [{\"a\": 1},§{\"a\": 01}] | a.json line 2 is malformed JSON",
        "a.json | {\"a\": tru} | a.json line 1 is malformed JSON",
        "a.parquet | PAR1 and no more | a.parquet cannot be read as Parquet: it is damaged or cut",
        "a.parquet | no Parquet | a.parquet is not Parquet: it does not begin with PAR1; rename it",
        "a.parquet | PARE and more | a.parquet is encrypted Parquet; write it without encryption",
        "a.arrow | no arrow at all, but long enough | a.arrow cannot be read as Arrow",
        "a.jsonl.gz | no gzip | a.jsonl.gz is not gzip, or is damaged",
        "a.jsonl.zst | no zstd | a.jsonl.zst is not zstd, or is damaged; copy or download it again",
        "a.csv | question,answer§a,b,c | a.csv line 2 has 3 values, but the first row names"
            + " 2 columns",
        "a.csv | question,answer§a,\"b | a.csv line 2, column 2: a quote is opened but not"
            + " closed",
        "a.csv | question,answer§\"a\"x,b | a.csv line 2, column 1: text follows a closing"
            + " quote",
        "a.csv | question,question§a,b | a.csv line 1: two columns are named 'question'",
        "a.jsonl | version https://git-lfs.github.com/spec/v1 | is a Git LFS pointer"
      })
  void errorsGiveLocationsAndNoLibraryNames(String name, String content, String message)
      throws IOException {
    Path file = write(name, content.replace('§', '\n'));
    assertThatThrownBy(() -> RecordFile.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("Stream", "Feature", "tools.", "hardwood", "Error:", "code 1");
  }

  @Test
  void separatedValuesFollowRfc4180() throws IOException {
    Path file =
        write(
            "a.csv",
            "\uFEFF,question,answer,note\r\n"
                + "0,\"a, \"\"b\"\"\n"
                + "c\",1,\r\n"
                + "1,d,\"\",x\r\n\r\n"
                + "2,e,007,2024-01-05\r\n");
    List<DataRecord> records = RecordFile.read(file);
    assertThat(records)
        .extracting(DataRecord::where)
        .containsExactly(file + " line 2", file + " line 4", file + " line 6");
    assertThat(records.getFirst().text("question")).contains("a, \"b\"\nc");
    assertThat(records.getFirst().isFilled("note")).isFalse();
    assertThat(records.get(1).isFilled("answer")).isFalse();
    assertThat(records.getLast().text("answer")).contains("007");
    assertThat(records.getLast().text("note")).contains("2024-01-05");
    assertThat(records.getLast().has("")).isFalse();
    assertThat(questions(write("b.csv", "question;answer\na,b;2\n"))).containsExactly("a,b");
    assertThat(questions(write("c.tsv", "question\tanswer\na,b\t2"))).containsExactly("a,b");
  }

  private Path zstd(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(bytes)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a.jsonl.zst | {\"question\": \"a, \\\"ü\\\"\"}§§{\"question\": \"b\"}",
        "b.json.zst | [{\"question\": \"a, \\\"ü\\\"\"},§ {\"question\": \"b\"}]",
        "c.csv.zst | question§\"a, \"\"ü\"\"\"§b"
      })
  void zstdIsDecompressed(String name, String content) throws IOException {
    assertThat(questions(zstd(name, content.replace('§', '\n')))).containsExactly("a, \"ü\"", "b");
  }

  @Test
  void aTruncatedZstdFileIsRefused() throws IOException {
    String line = "{\"question\": \"%s\"}\n".formatted("a".repeat(1000));
    Path file = zstd("a.jsonl.zst", line.repeat(100));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> RecordFile.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("a.jsonl.zst is not zstd, or is damaged");
  }

  @Test
  void splitsAreNeverMerged() throws IOException {
    write("hub/README.md", "---\nconfigs:\n- data_files: data/test*\n---\n");
    write("hub/data/train-00000-of-00002.jsonl", "{\"question\": \"a\"}");
    write("hub/data/train-00001-of-00002.jsonl", "{\"question\": \"b\"}");
    write("hub/data/test-00000-of-00001.jsonl", "{\"question\": \"t\"}");
    write("hub/.cache/more.jsonl", "{\"question\": \"x\"}");
    for (String path : List.of("hub", "hub/data")) {
      Path directory = folder.resolve(path);
      assertThat(questions(directory, Optional.of("train"))).containsExactly("a", "b");
      assertThat(questions(directory, Optional.of("test"))).containsExactly("t");
      assertThatThrownBy(() -> RecordFile.read(directory))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("has the splits test, train; choose one with split: train");
      assertThatThrownBy(() -> RecordFile.read(directory, Optional.of("dev")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("has no split 'dev'; it has test, train");
    }
  }

  @Test
  void splitsMayBeDirectoriesAndConfigurationsAreNotMerged() throws IOException {
    write("p/main/train/0000.jsonl", "{\"question\": \"a\"}");
    write("p/main/validation/0000.jsonl", "{\"question\": \"v\"}");
    Path set = folder.resolve("p");
    assertThat(questions(set, Optional.of("train"))).containsExactly("a");
    assertThat(questions(set, Optional.of("val"))).containsExactly("v");
    assertThat(RecordFile.split(folder.resolve("p/main/validation"), Optional.empty()))
        .contains("validation");
    write("p/socratic/train/0000.jsonl", "{\"question\": \"s\"}");
    assertThatThrownBy(() -> RecordFile.read(set, Optional.of("train")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has several data sets: main, socratic; give one");
    write("q/train.jsonl", "{\"question\": \"a\"}");
    write("q/more.jsonl", "{\"question\": \"m\"}");
    assertThatThrownBy(() -> RecordFile.read(folder.resolve("q")))
        .hasMessageContaining(
            "has the splits train, and files whose names give no split (more.jsonl)");
    assertThat(questions(folder.resolve("q"), Optional.of("train"))).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource({
    "test-00000-of-00001.parquet, test",
    "gsm8k_test.jsonl, test",
    "test.parquet, test",
    "flowrl_test_aime24.json, test",
    "gsm8kTest.jsonl.gz, test",
    "eval.csv, test",
    "dev.jsonl.zst, validation",
    "math-val.jsonl, validation",
    "train_test_mix.jsonl, train",
    "algebra-00000-of-00001.parquet, algebra",
    "latest.jsonl, ''",
    "contest.json, ''",
    "problems.jsonl, ''"
  })
  void theFileNameGivesTheSplit(String name, String split) {
    assertThat(SplitNames.of(folder.resolve(name)).orElse("")).isEqualTo(split);
  }

  @Test
  void onlyAFilesOwnSplitCanBeRequested() throws IOException {
    Path file = write("a_test.jsonl", "{\"question\": \"t\"}");
    assertThat(questions(file, Optional.of("test"))).containsExactly("t");
    assertThatThrownBy(() -> RecordFile.read(file, Optional.of("train")))
        .hasMessageContaining("split: train was requested from")
        .hasMessageContaining("which is the split test");
  }
}
