package io.braid.task.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFileTest {
  @TempDir Path folder;

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static byte[] zipped(String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static List<Integer> numbers(Path file) {
    return RecordFile.read(file).stream().map(values -> values.whole("n").orElseThrow()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"n\":1}\n{\"n\":2}",
        "\uFEFF \r\n\n{\"n\":1}\r\n\r\n{\"n\":2}\r\n",
        "[{\"n\":1},{\"n\":2}]",
        "\uFEFF\n [\n{\"n\":1}\n,{\"n\":2}] \n"
      })
  void plainAndCompressedJsonIsRead(String content) throws IOException {
    assertThat(numbers(write("a.json", content))).containsExactly(1, 2);
    Path zipped = Files.write(folder.resolve("a.jsonl.gz"), zipped(content));
    assertThat(numbers(zipped)).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[{\"n\":1}", "[{\"n\":1},", "[{\"n\":1}] x", "[{\"n\":1} {\"n\":2}]", "[1", "["})
  void aMalformedListIsRefused(String content) throws IOException {
    Path file = write("a.json", content);
    assertThatThrownBy(() -> RecordFile.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("a.json");
  }

  @Test
  void lineNumbersCountFromTheTopOfTheFile() throws IOException {
    Path file = write("a.jsonl", "\n\n{\"n\":1}\n\n{\"n\":");
    assertThatThrownBy(() -> RecordFile.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("a.jsonl line 5 is malformed");
  }

  @Test
  void aTruncatedGzipFileIsRefused() throws IOException {
    byte[] whole = zipped("{\"n\":1}\n{\"n\":2}\n");
    Path cut = Files.write(folder.resolve("a.jsonl.gz"), Arrays.copyOf(whole, whole.length - 9));
    assertThatThrownBy(() -> RecordFile.read(cut)).isInstanceOf(UserError.class);
    Path none = write("b.jsonl.gz", "{\"n\":1}");
    assertThatThrownBy(() -> RecordFile.read(none)).isInstanceOf(UserError.class);
  }

  @Test
  void expansionAndLineLengthAreLimited() throws IOException {
    byte[] many = new byte[100];
    assertThat(new BoundedStream(new ByteArrayInputStream(many), 100).readAllBytes()).hasSize(100);
    assertThatThrownBy(() -> new BoundedStream(new ByteArrayInputStream(many), 99).readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("99");
    BoundedLines lines = new BoundedLines(new BufferedReader(new StringReader("abc\nabcd\n")), 3);
    assertThat(lines.next()).contains("abc");
    assertThatThrownBy(lines::next).isInstanceOf(IOException.class);
  }

  @Test
  void aDirectoryOfOneKindIsReadInOrderOfNames() throws IOException {
    write("d/part-1.jsonl", "{\"n\":2}");
    write("d/part-0.jsonl", "{\"n\":1}");
    Files.write(folder.resolve("d/part-2.jsonl.gz"), zipped("{\"n\":3}"));
    write("d/README.md", "words");
    assertThat(numbers(folder.resolve("d"))).containsExactly(1, 2, 3);
    write("d/more.json", "[]");
    assertThatThrownBy(() -> RecordFile.read(folder.resolve("d")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("several kinds (.json, .jsonl)");
  }

  @Test
  void aSavedDataSetMayNameOnlyFilesInItsDirectory() throws IOException {
    write("saved/state.json", "{\"_data_files\":[{\"filename\":\"../other.arrow\"}]}");
    write("other.arrow", "");
    assertThatThrownBy(() -> RecordFile.read(folder.resolve("saved")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("which is not a valid file name");
    write("saved/state.json", "{\"_data_files\":[{\"filename\":\"data.arrow\"}]}");
    assertThatThrownBy(() -> RecordFile.read(folder.resolve("saved")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("data.arrow is missing");
  }

  @Test
  void aDatasetDictRequiresASplit() throws IOException {
    write("dict/dataset_dict.json", "{\"splits\": [\"train\", \"test\"]}");
    assertThatThrownBy(() -> RecordFile.read(folder.resolve("dict")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has the splits train, test; choose one with split: train");
  }
}
