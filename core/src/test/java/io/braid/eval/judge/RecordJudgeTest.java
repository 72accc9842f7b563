package io.braid.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.eval.judge.JudgedSummary.Difference;
import io.braid.eval.judge.RecordJudge.Judged;
import io.braid.eval.judge.RecordJudge.Opinion;
import io.braid.remote.ChatSettings;
import io.braid.templates.ChatMessage;
import io.braid.verify.judge.Asking;
import io.braid.verify.judge.CorrectnessJudge;
import io.braid.verify.judge.ScriptedChat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecordJudgeTest {
  @TempDir private Path directory = Path.of("");
  private List<EvaluationRecord> records = List.of();
  private Path out = Path.of("");

  @BeforeEach
  void write() throws IOException {
    out = directory.resolve("judged.jsonl");
    records =
        Records.of(
            directory,
            Records.line("1+1", "sums", "2", "\\boxed{2}!", "\\boxed{3}", "\\boxed{2}"),
            Records.line("2*3", "products", "6", "\\boxed{6}!", "", "mumble"),
            Records.line("sort", "programs", "", "def f(): pass!"));
  }

  /** Judges by the boxed answer; without one it gives no verdict. */
  private static ScriptedChat judge() {
    ScriptedChat honest = ScriptedChat.honest();
    return new ScriptedChat(prompt ->
        prompt.contains("mumble")
            ? "Hm."
            : honest
                .complete(List.of(ChatMessage.user(prompt)), ChatSettings.greedy(9))
                .getFirst()
                .text());
  }

  private List<Judged> run(ScriptedChat model) {
    return new RecordJudge(new CorrectnessJudge(model, new Asking(50, 2), 1_000), 4)
        .run(records, out, _ -> {});
  }

  private static Opinion opinion(boolean correct) {
    return new Opinion(Optional.of(correct), "VERDICT: " + (correct ? "CORRECT" : "WRONG"));
  }

  @Test
  void judgesEveryResponseWithAReference() throws IOException {
    assertThat(run(judge()))
        .containsExactly(
            new Judged(records.get(0), List.of(opinion(true), opinion(false), opinion(true))),
            new Judged(
                records.get(1),
                List.of(
                    opinion(true),
                    new Opinion(Optional.of(false), "nothing to judge"),
                    new Opinion(Optional.empty(), "Hm."))));
    List<JsonNode> lines =
        Files.readAllLines(out).stream().map(JsonMapper.shared()::readTree).toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getLast().path("opinions"))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    [{"rule": true, "judge": true, "said": "VERDICT: CORRECT"},
                     {"rule": false, "judge": false, "said": "nothing to judge"},
                     {"rule": false, "judge": null, "said": "Hm."}]
                    """));
    assertThat(lines.getFirst().path("problem").stringValue()).isEqualTo("1+1");
    assertThat(lines.getFirst().path("suite").stringValue()).isEqualTo("sums");
    assertThat(lines.getFirst().path("model").stringValue()).isEqualTo("scripted");
  }

  @Test
  void doesNotJudgeAgain() throws IOException {
    List<Judged> first = run(judge());
    String written = Files.readString(out);
    ScriptedChat again = judge();
    assertThat(run(again)).isEqualTo(first);
    assertThat(again.prompts()).isEmpty();
    assertThat(Files.readString(out)).isEqualTo(written);
  }

  @Test
  void judgesAChangedRecordAgain() throws IOException {
    run(judge());
    records =
        Records.of(
            directory,
            Records.line("1+1", "sums", "2", "\\boxed{2}!", "\\boxed{3}", "\\boxed{2}"),
            Records.line("2*3", "products", "6", "\\boxed{5}"));
    ScriptedChat again = judge();
    assertThat(run(again).getLast().opinions()).containsExactly(opinion(false));
    assertThat(again.prompts()).hasSize(1);
  }

  @Test
  void resumesInterruptedWork() throws IOException {
    run(judge());
    List<String> lines = Files.readAllLines(out);
    Files.writeString(out, lines.getFirst() + "\n" + "{\"problem\":" + "x".repeat(9_999));
    ScriptedChat again = judge();
    assertThat(run(again)).hasSize(2);
    assertThat(again.prompts()).hasSize(3); // the response without a verdict is asked about twice
    assertThat(Files.readAllLines(out)).isEqualTo(lines);
  }

  @Test
  void keepsVerdictsIfTheJudgeFails() throws IOException {
    ScriptedChat leaving =
        new ScriptedChat(prompt -> {
          if (prompt.contains("2*3")) {
            throw new UserError("gone");
          }
          return "VERDICT: WRONG";
        });
    assertThatThrownBy(() -> run(leaving)).isInstanceOf(UserError.class).hasMessage("gone");
    assertThat(Files.readAllLines(out)).hasSize(1).first().asString().contains("1+1");
  }

  @Test
  void neverTruncatesAnotherFile() throws IOException {
    Files.writeString(out, "my notes");
    assertThatThrownBy(() -> run(judge()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("judged.jsonl:1: not a result");
    assertThat(Files.readString(out)).isEqualTo("my notes");
    Files.writeString(out, "{\"a\": 1}\n");
    assertThatThrownBy(() -> run(judge())).isInstanceOf(UserError.class);
    assertThat(Files.readString(out)).isEqualTo("{\"a\": 1}\n");
  }

  /** Of the sums, the rule calls 1/3 correct and the judge 2/3; of the products, both 1/3. */
  @Test
  void theSummaryCountsVerdictsBySuite() {
    List<Judged> judged = run(judge());
    Map<String, JudgedSummary> summaries = JudgedSummary.bySuite(judged, 1);
    assertThat(summaries.keySet()).containsExactly("sums", "products", "all");
    JudgedSummary all = Optional.ofNullable(summaries.get("all")).orElseThrow();
    assertThat(all.problems()).isEqualTo(2);
    assertThat(all.responses()).isEqualTo(6);
    assertThat(all.noVerdict()).isEqualTo(1);
    assertThat(all.byRule().mean()).isCloseTo(1 / 3.0, Offset.offset(1e-12));
    assertThat(all.byJudge().mean()).isCloseTo(0.5, Offset.offset(1e-12));
    assertThat(all.byJudge().low()).isCloseTo(1 / 3.0, Offset.offset(1e-12));
    assertThat(all.byJudge().high()).isCloseTo(2 / 3.0, Offset.offset(1e-12));
    assertThat(all.agreement()).isEqualTo(new Agreement(2, 0, 1, 2));
    assertThat(JudgedSummary.differences(judged))
        .containsExactly(new Difference("1+1", "sums", 2, false, "VERDICT: CORRECT"));
  }

  @Test
  void aSingleSuiteHasNoRowForAll() {
    List<Judged> one = new ArrayList<>(run(judge()).subList(0, 1));
    assertThat(JudgedSummary.bySuite(one, 1).keySet()).containsExactly("sums");
  }
}
