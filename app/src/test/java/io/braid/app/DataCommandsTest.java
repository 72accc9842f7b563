package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataCommandsTest {
  @TempDir Path directory;

  private static JsonNode json(Terminal.Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.lastLine());
  }

  @Test
  void aFileIsInspectedAndCleaned() throws IOException, InterruptedException {
    Files.write(
        directory.resolve("train.jsonl"),
        List.of(
            "{\"question\":\"How many apples has Tom?\",\"answer\":\"3\",\"more\":1.50}",
            "{\"question\":\"How many pears has Ann?\",\"answer\":\"4\"}"));
    Files.write(
        directory.resolve("test.jsonl"),
        List.of("{\"question\":\"how many pears has Ann\",\"answer\":\"4\"}"));
    JsonNode report = json(Terminal.run(directory, "data", "inspect", "train.jsonl", "--json"));
    assertThat(report.path("rows").asInt()).isEqualTo(2);
    assertThat(report.path("problems").asInt()).isEqualTo(2);
    assertThat(report.path("answers").path("numbers").asInt()).isEqualTo(2);
    Terminal.Ended cleaned =
        Terminal.run(
            directory,
            "data",
            "decontaminate",
            "--train",
            "train.jsonl",
            "--against",
            "test.jsonl",
            "--out",
            "clean.jsonl",
            "--json");
    JsonNode result = json(cleaned);
    assertThat(result.path("overlapping").asInt()).isEqualTo(1);
    assertThat(result.path("hits").path(0).path("words").asString())
        .isEqualTo("how many pears has ann");
    assertThat(directory.resolve("clean.jsonl"))
        .content()
        .isEqualTo("{\"question\":\"How many apples has Tom?\",\"answer\":\"3\",\"more\":1.50}\n");
    Terminal.Ended missing = Terminal.run(directory, "data", "inspect", "none.jsonl");
    assertThat(missing.exit()).isEqualTo(2);
    assertThat(missing.err()).contains("none.jsonl does not exist");
  }
}
