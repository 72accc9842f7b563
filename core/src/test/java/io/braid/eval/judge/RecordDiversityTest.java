package io.braid.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.eval.Interval;
import io.braid.eval.judge.RecordDiversity.Scored;
import io.braid.verify.judge.Asking;
import io.braid.verify.judge.ScriptedChat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecordDiversityTest {
  @TempDir private Path directory = Path.of("");
  private List<EvaluationRecord> records = List.of();
  private Path out = Path.of("");

  @BeforeEach
  void write() throws IOException {
    out = directory.resolve("diversity.jsonl");
    records =
        Records.of(
            directory,
            Records.line("a", "one", "2", "x!", "y", "z!"),
            Records.line("b", "one", "2", "x", "y!"),
            Records.line("c", "one", "2", "x", " ", ""),
            Records.line("d", "two", "2", "x!", "mumble!"));
  }

  /** Scores the number of responses that it sees; gives no score for "mumble". */
  private static ScriptedChat judge() {
    return new ScriptedChat(prompt ->
        prompt.contains("mumble")
            ? "Very."
            : "SCORE: " + prompt.replaceAll("(?s).*problem and (\\d) responses.*", "$1"));
  }

  private List<Scored> run(ScriptedChat model, boolean correctOnly) {
    return new RecordDiversity(
            new DiversityJudge(model, new Asking(50, 2), 16, 1_000), correctOnly, 4)
        .run(records, out, _ -> {});
  }

  @Test
  void scoresProblemsWithAtLeastTwoResponses() throws IOException {
    assertThat(run(judge(), false))
        .containsExactly(
            new Scored("one", 3, Optional.of(3)),
            new Scored("one", 2, Optional.of(2)),
            new Scored("one", 0, Optional.empty()),
            new Scored("two", 2, Optional.empty()));
    List<JsonNode> lines =
        Files.readAllLines(out).stream().map(JsonMapper.shared()::readTree).toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst().path("score").asInt()).isEqualTo(3);
    assertThat(lines.getFirst().path("responses").asInt()).isEqualTo(3);
    assertThat(lines.getLast().path("score").isNull()).isTrue();
    assertThat(lines.getLast().path("said").stringValue()).isEqualTo("Very.");
  }

  @Test
  void canCompareCorrectResponsesOnly() {
    assertThat(run(judge(), true))
        .containsExactly(
            new Scored("one", 2, Optional.of(2)),
            new Scored("one", 0, Optional.empty()),
            new Scored("one", 0, Optional.empty()),
            new Scored("two", 2, Optional.empty()));
  }

  @Test
  void doesNotScoreAgain() throws IOException {
    List<Scored> first = run(judge(), false);
    String written = Files.readString(out);
    ScriptedChat again = judge();
    assertThat(run(again, false)).isEqualTo(first);
    assertThat(again.prompts()).isEmpty();
    assertThat(Files.readString(out)).isEqualTo(written);
    run(again, true);
    assertThat(again.prompts()).hasSize(1); // other responses of a; d's are the same
  }

  @Test
  void theSummaryLeavesOutProblemsWithoutAScore() {
    Map<String, DiversitySummary> summaries = DiversitySummary.bySuite(run(judge(), false), 1);
    assertThat(summaries)
        .containsExactly(
            Map.entry("one", new DiversitySummary(2, 0, 1, Optional.of(new Interval(2.5, 2, 3)))),
            Map.entry("two", new DiversitySummary(0, 1, 0, Optional.empty())),
            Map.entry("all", new DiversitySummary(2, 1, 1, Optional.of(new Interval(2.5, 2, 3)))));
  }
}
