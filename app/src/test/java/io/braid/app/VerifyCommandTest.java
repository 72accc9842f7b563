package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerifyCommandTest {
  @TempDir private static Path directory = Path.of("");

  @Test
  void bothReadingsAreShownInBothVerdicts() {
    Terminal.Ended equal =
        Terminal.run(
            directory,
            "verify",
            "--gold",
            "\\frac12",
            "--prediction",
            "It is \\boxed{0.5}",
            "--json");
    JsonNode verdict = JsonMapper.shared().readTree(equal.lastLine());
    assertThat(equal.exit()).isZero();
    assertThat(verdict.get("equal").asBoolean()).isTrue();
    assertThat(verdict.get("prediction_reading").asString()).isEqualTo("0.5 (the last box)");
    Terminal.Ended different =
        Terminal.run(directory, "verify", "--gold", "3", "--prediction", "\\boxed{3, 4}");
    assertThat(different.exit()).isZero();
    assertThat(different.out())
        .contains("gold        3")
        .contains("list {3; 4}")
        .contains("not equal: 2 answers where there is one");
  }

  @Test
  void strictnessIsASetting() {
    String[] sum = {"verify", "--gold", "28", "--prediction", "\\boxed{140/5}", "--json"};
    assertThat(Terminal.run(directory, sum).lastLine()).contains("\"equal\":true");
    String[] strict = {
      "verify", "--gold", "28", "--prediction", "\\boxed{140/5}", "--json", "--strictness", "strict"
    };
    assertThat(Terminal.run(directory, strict).lastLine()).contains("\"equal\":false");
  }

  @Test
  void agreementOverAFileOfCases() throws IOException {
    Path file =
        written(
            """
            {"gold": "1/2", "prediction": "0.5", "expected": true}
            {"gold": "1/2", "prediction": "0.5", "expected": false}
            {"gold": "3", "prediction": "4", "expected": true, "config": {}}
            {"gold": "3", "prediction": "4", "expected": false}
            """);
    Terminal.Ended ended = Terminal.run(directory, "verify", "--cases", file.toString(), "--json");
    JsonNode answer = JsonMapper.shared().readTree(ended.lastLine());
    assertThat(ended.exit()).isZero();
    assertThat(answer.get("agreement").asDouble()).isEqualTo(0.5);
    assertThat(answer.get("false_positives")).hasSize(1);
    assertThat(answer.get("false_positives").get(0).get("line").asInt()).isEqualTo(2);
    assertThat(answer.get("false_negatives").get(0).get("gold_reading").asString()).isEqualTo("3");
  }

  @Test
  void aCasesGraderSettingsAreApplied() throws IOException {
    Path file =
        written(
            """
            {"gold": "4", "prediction": "The answer is 4.", "expected": false, "config": {"needs_think_and_boxed_format": true}}
            {"gold": "1, 2", "prediction": "2, 1", "expected": false, "config": {"string_match_only": true}}
            {"gold": "\\frac13", "prediction": "0.33", "expected": true, "config": {"precision": 2, "language": "x"}}
            """);
    assertThat(agreement("verify", "--cases", file.toString(), "--json")).isEqualTo(1);
    assertThat(agreement("verify", "--cases", file.toString(), "--no-config", "--json")).isZero();
    Path wrong =
        written(
            "{\"gold\": \"1\", \"prediction\": \"1\", \"expected\": true, \"config\":"
                + " {\"precision\": -1}}\n");
    assertThat(refused("verify", "--cases", wrong.toString()))
        .contains("cases.jsonl:1")
        .contains("precision");
  }

  @Test
  void theSameSettingsAreOptions() throws IOException {
    String[] box = {"--gold", "4", "--prediction", "The answer is 4.", "--extraction", "box"};
    String[] order = {"--gold", "1, 2", "--prediction", "2, 1", "--ordered"};
    String[] digits = {"--gold", "\\frac13", "--prediction", "0.33", "--digits", "2"};
    assertThat(isEqual(box)).isFalse();
    assertThat(isEqual(order)).isFalse();
    assertThat(isEqual(digits)).isTrue();
  }

  private static boolean isEqual(String... options) throws IOException {
    String[] arguments =
        Stream.concat(Stream.of("verify", "--json"), Stream.of(options)).toArray(String[]::new);
    return JsonMapper.shared()
        .readTree(Terminal.run(directory, arguments).lastLine())
        .get("equal")
        .asBoolean();
  }

  private static double agreement(String... arguments) throws IOException {
    return JsonMapper.shared()
        .readTree(Terminal.run(directory, arguments).lastLine())
        .get("agreement")
        .asDouble();
  }

  @Test
  void aBadCaseIsRefusedUnderItsLine() throws IOException {
    Path missing =
        written(
            "{\"gold\": \"1\", \"prediction\": \"1\", \"expected\": true}\n{\"gold\": \"1\"}\n");
    assertThat(refused("verify", "--cases", missing.toString()))
        .contains("cases.jsonl:2")
        .contains("expected");
    Path broken = written("\n{\"gold\": \n");
    assertThat(refused("verify", "--cases", broken.toString()))
        .contains("cases.jsonl:2")
        .contains("not JSON");
    assertThat(refused("verify", "--cases", "nowhere.jsonl")).contains("nowhere.jsonl");
    assertThat(refused("verify", "--gold", "1")).contains("--prediction");
  }

  private static Path written(String text) throws IOException {
    return Files.writeString(directory.resolve("cases.jsonl"), text);
  }

  private static String refused(String... arguments) {
    Terminal.Ended ended = Terminal.run(directory, arguments);
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err().strip().lines()).hasSize(1);
    return ended.err();
  }
}
