package io.braid.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.task.records.DataRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class WhereTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Algebra; \"Algebra\"; true",
        "Algebra; \"algebra\"; false",
        "Algebra|Number Theory; \"Number Theory\"; true",
        "3; 3.0; true",
        "true; true; true",
        "3; null; false",
        ">=3; 3; true",
        ">=3; \"2.9\"; false",
        ">3; 3; false",
        "<3; -10; true",
        "<=3; 4; false",
        ">=3; \"hard\"; false",
        "3..5; 5; true",
        "3..5; 5.1; false",
        "-2..-1; -1.5; true",
        ">=2024-08; \"2024-08-03T00:00:00\"; true",
        ">=2024-08; \"2024-07-31\"; false",
        "2024-08-01..2025-01-31; \"2025-01-31T12:00:00\"; true",
        "2024-08-01..2025-01-31; \"2025-02-01\"; false",
        "b; [\"a\", \"b\"]; true",
        "a..b; \"a..b\"; true"
      })
  void conditionsAreEvaluated(String condition, String value, boolean holds) {
    DataRecord values =
        new DataRecord("x", new JsonMapper().readTree("{\"a\": {\"k\": " + value + "}}"));
    assertThat(Condition.parse(condition).holds(values, "a.k")).isEqualTo(holds);
  }

  @Test
  void allConditionsMustHoldForAtLeastOneRecord() throws IOException {
    Path file =
        Files.write(
            folder.resolve("a.jsonl"),
            List.of(
                "{\"question\":\"a\",\"answer\":1,\"level\":5,\"type\":\"x\"}",
                "{\"question\":\"b\",\"answer\":1,\"level\":5,\"type\":\"y\"}",
                "{\"question\":\"c\",\"answer\":1,\"level\":2,\"type\":\"x\"}",
                "{\"question\":\"d\",\"answer\":1}"));
    Where where = new Where(Map.of("level", Condition.parse(">=3"), "type", Condition.parse("x")));
    assertThat(ProblemFile.read(file, ProblemFields.AUTO, where))
        .extracting(Problem::question)
        .containsExactly("a");
    assertThat(SftExample.read(file, ProblemFields.AUTO, where)).hasSize(1);
    Where nothing = new Where(Map.of("type", Condition.parse("z")));
    assertThatThrownBy(() -> ProblemFile.read(file, ProblemFields.AUTO, nothing))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no record satisfies where {type: z}");
  }
}
