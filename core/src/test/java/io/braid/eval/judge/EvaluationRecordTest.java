package io.braid.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.eval.judge.EvaluationRecord.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationRecordTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void readsAProblemPerLine() throws IOException {
    EvaluationRecord expected =
        new EvaluationRecord(
            "1+1",
            "sums",
            "What is 1+1?",
            "2",
            List.of(new Response("It is 2", true), new Response("3", false)));
    assertThat(Records.of(directory, Records.line("1+1", "sums", "2", "It is 2!", "3"), ""))
        .containsExactly(expected);
    assertThat(EvaluationRecord.read(directory.resolve("records.jsonl"))).containsExactly(expected);
  }

  @Test
  void suiteAndReferenceMayBeMissing() throws IOException {
    assertThat(
            Records.of(
                directory,
                "{\"problem\":\"p\",\"question\":\"q\",\"reference\":null,\"responses\":[]}"))
        .containsExactly(new EvaluationRecord("p", "", "q", "", List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"problem\":",
        "[]",
        "null",
        "{\"problem\":1,\"question\":\"q\"}",
        "{\"problem\":\"p\",\"question\":\"q\",\"responses\":[{\"text\":\"a\"}]}",
        "{\"problem\":\"p\",\"question\":\"q\",\"responses\":[{\"correct\":true}]}",
        "{\"problem\":\"p\",\"question\":\"q\",\"responses\":[{\"text\":\"a\",\"correct\":1}]}",
      })
  void refusesAMalformedLineWithItsNumber(String line) {
    assertThatThrownBy(() -> Records.of(directory, Records.line("1", "", "1"), line))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("records.jsonl:2: ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void reportsAMissingOrEmptyFile() throws IOException {
    assertThatThrownBy(() -> EvaluationRecord.read(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("records.jsonl: cannot be read");
    Files.writeString(directory.resolve("records.jsonl"), "\n");
    assertThatThrownBy(() -> EvaluationRecord.read(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("contains no records");
  }
}
