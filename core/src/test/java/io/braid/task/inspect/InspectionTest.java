package io.braid.task.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.braid.SharedData;
import io.braid.task.ProblemFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
  @TempDir Path folder;

  @Test
  void aFileIsSummarised() throws IOException {
    Path file =
        Files.write(
            folder.resolve("a.jsonl"),
            List.of(
                "{\"question\":\"abc\",\"answer\":\"1,000\",\"tags\":[\"x\"],\"n\":1}",
                "{\"question\":\"abc\",\"answer\":\"\\\\frac{1}{2}\",\"tags\":[],\"n\":1.5}",
                "{\"question\":\"abcdefg\\u001b[31m\\nred\",\"answer\":\"left\",\"n\":null}",
                "{\"question\":\"q\",\"answer\":null}",
                "{\"question\":\"q\"}",
                "{\"question\":\"code\",\"tests\":[{\"input\":\"\",\"output\":\"\"}]}",
                "{\"question\":\"code\",\"tests\":[]}"));
    DataReport report = Inspection.of(file, ProblemFields.AUTO);
    assertThat(report.rows()).isEqualTo(7);
    assertThat(report.columns())
        .containsExactly(
            new DataReport.Column("question", List.of("text"), 7, "abc"),
            new DataReport.Column("answer", List.of("text"), 3, "1,000"),
            new DataReport.Column("tags", List.of("list", "list of text"), 2, "[\"x\"]"),
            new DataReport.Column("n", List.of("integer", "number"), 2, "1"),
            new DataReport.Column(
                "tests",
                List.of("list", "list of record"),
                2,
                "[{\"input\":\"\",\"output\":\"\"}]"));
    assertThat(report.layouts())
        .containsOnly(entry("question and answer", 5L), entry("code with tests", 2L));
    assertThat(report.problems()).isEqualTo(4);
    assertThat(report.skipped()).containsEntry("no answer", 1L).containsEntry("no tests", 1L);
    assertThat(report.skipped().keySet())
        .anyMatch(why -> why.startsWith("the record has no answer: it has none of the keys"));
    assertThat(report.answers())
        .containsOnly(
            entry("numbers", 1L), entry("formulas", 1L), entry("text", 1L), entry("programs", 1L));
    assertThat(report.questions().min()).isEqualTo(3);
    assertThat(report.duplicates()).isEqualTo(1);
    assertThat(ColumnTally.shown("a\u001b[31m\n\u202eb" + "x".repeat(100)))
        .isEqualTo("a [31m b" + "x".repeat(52) + "…");
  }

  @Test
  void aPublishedDataSetIsSummarised() {
    DataReport report =
        Inspection.of(SharedData.file("flowrl_train_math.json"), ProblemFields.AUTO);
    assertThat(report.rows()).isEqualTo(7474);
    assertThat(report.problems()).isEqualTo(7470);
    assertThat(report.skipped()).containsOnly(entry("no answer", 4L));
  }
}
