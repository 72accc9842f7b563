package io.braid.run.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationRecordsTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void whatIsAppendedIsReadBack() {
    append(record(0, "first"), record(1, "two\nlines of \"ünicode\" \u2028"));
    append(record(2, "third"));

    assertThat(read())
        .containsExactly(
            record(0, "first"), record(1, "two\nlines of \"ünicode\" \u2028"), record(2, "third"));
  }

  @Test
  void anIncompleteLastLineIsDroppedAndWrittenAgain() throws IOException {
    append(record(0, "first"), record(1, "sécond"));
    byte[] whole = Files.readAllBytes(file());
    for (int cut = 1; cut < 60; cut++) {
      Files.write(file(), Arrays.copyOf(whole, whole.length - cut));

      assertThat(read()).as("without %d bytes", cut).containsExactly(record(0, "first"));
    }
    append(record(1, "sécond"));

    assertThat(Files.readAllBytes(file())).isEqualTo(whole);
  }

  @Test
  void aCompleteLineThatIsNotARecordIsRefusedWithItsPlace() throws IOException {
    append(record(0, "first"));
    String good = Files.readString(file());
    for (String bad :
        List.of(
            "{}", "null", "[1]", "{\"suite\":", good.strip().replace("\"tokens\":3", "\"x\":1"))) {
      Files.writeString(file(), good + bad + "\n");

      assertThatThrownBy(this::read)
          .as(bad)
          .isInstanceOf(UserError.class)
          .hasMessage(
              file() + ":2: not a record; delete the line, and --resume samples its problem again");
    }
  }

  @Test
  void noFileHoldsNothing() {
    assertThat(read()).isEmpty();
  }

  private Path file() {
    return directory.resolve("records.jsonl");
  }

  private void append(ProblemRecord... records) {
    try (EvaluationRecords file = EvaluationRecords.open(file())) {
      List.of(records).forEach(file::append);
    }
  }

  private List<ProblemRecord> read() {
    List<ProblemRecord> all = new ArrayList<>();
    EvaluationRecords.read(file(), all::add);
    return all;
  }

  private static ProblemRecord record(int index, String text) {
    return new ProblemRecord(
        "amc",
        index,
        "p" + index,
        "2 + 2?",
        "4",
        List.of(
            new ProblemRecord.Judged(text, 3, true, Optional.of("4"), true, 1, "correct"),
            new ProblemRecord.Judged("", 0, false, Optional.empty(), false, 0.25, "no answer")));
  }
}
