package io.braid.run.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.eval.suite.Suite;
import io.braid.eval.suite.vision.Pictures;
import io.braid.input.DataRecipe;
import io.braid.input.PromptRecipe;
import io.braid.remote.CallSettings;
import io.braid.remote.StandInEndpoint;
import io.braid.remote.StandInEndpoint.Fault;
import io.braid.run.RunListener;
import io.braid.verify.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Suites with images, asked of a service and judged by another. */
class VisionSuiteEvaluationTest {
  private static final CallSettings ONCE = new CallSettings(5, 1, 4, 0);

  @TempDir private Path directory = Path.of("");

  private static EvaluationRecipe recipe(Path file, Suite suite, Optional<SuiteJudge> judge) {
    return new EvaluationRecipe(
            DataRecipe.of(file.toString()),
            Optional.empty(),
            PromptRecipe.of(suite.asking().chat()),
            Rule.LENIENT,
            suite.asking().samples(),
            suite.asking().temperature(),
            suite.asking().topP(),
            0,
            Optional.empty())
        .judgedBy(judge);
  }

  private static Benchmark benchmark(String name, Path file, Optional<SuiteJudge> judge) {
    Suite suite = Suite.named(name);
    return Benchmark.read(name, Optional.of(suite), recipe(file, suite, judge));
  }

  private static Optional<SuiteJudge> judge(StandInEndpoint service) {
    return Optional.of(
        new SuiteJudge(
            Optional.of("judge"),
            Optional.of(service.base().toString()),
            Optional.empty(),
            /* unjudged= */ false));
  }

  private static final Optional<SuiteJudge> UNJUDGED =
      Optional.of(new SuiteJudge(Optional.empty(), Optional.empty(), Optional.empty(), true));

  private EvaluationResult run(StandInEndpoint service, boolean resume, Benchmark suite) {
    try (EndpointModel model = new EndpointModel(service.base(), "m", Optional.empty(), ONCE)) {
      EvaluationResults results =
          new SuiteEvaluation(model, List.of(suite), 3407)
              .run(directory.resolve("out"), resume, RunListener.SILENT);
      assertThat(EvaluationResults.read(directory.resolve("out"))).isEqualTo(results);
      return Optional.ofNullable(results.suites().get(suite.name())).orElseThrow();
    }
  }

  private Path logicVista() throws IOException {
    String image = Pictures.base64(2);
    return Files.writeString(
        directory.resolve("LogicVista.tsv"),
        """
        index	image	question	answer	skill
        1	%s	Which one?	A	inductive
        2	1	Which two?	B, C	spatial
        3	1	Which three?	A	inductive
        """
            .formatted(image));
  }

  private static String text(JsonNode request) {
    JsonNode content = request.path("messages").path(0).path("content");
    return content.isArray()
        ? content.path(content.size() - 1).path("text").asString("")
        : content.asString("");
  }

  /** The model says something; the judge reads A from it, or B and C where two are asked for. */
  @Test
  void theImageIsSentTheJudgeReadsAndCategoriesAreScored() throws IOException {
    try (StandInEndpoint model =
            StandInEndpoint.answering(request ->
                StandInEndpoint.choices(
                    text(request).contains("three") ? "The last." : "Let me see."));
        StandInEndpoint judge =
            StandInEndpoint.answering(request ->
                StandInEndpoint.choices(
                    text(request).contains("The last.")
                        ? "ANSWER: D"
                        : text(request).contains("two") ? "ANSWER: C, B" : "ANSWER: A"))) {
      EvaluationResult result =
          run(model, false, benchmark("logicvista", logicVista(), judge(judge)));
      assertThat(result.values()).containsEntry("avg@1", List.of(1.0, 1.0, 0.0));
      assertThat(result.scores())
          .containsEntry("skill: inductive", List.of(1.0, 0.0))
          .containsEntry("skill: spatial", List.of(1.0))
          .hasSize(2);
      assertThat(result.unjudged()).isFalse();
      JsonNode request = model.requests().getFirst();
      JsonNode content = request.path("messages").path(0).path("content");
      assertThat(content).hasSize(2);
      assertThat(content.path(0).path("image_url").path("url").asString())
          .isEqualTo("data:image/png;base64," + Pictures.base64(2));
      assertThat(text(request)).endsWith("\n\nPut the final answer in \\boxed{}.");
      assertThat(request.path("temperature").asDouble()).isZero();
      assertThat(request.path("max_tokens").asInt()).isEqualTo(8192);
      assertThat(judge.requests()).hasSize(3);
      assertThat(judge.requests().getFirst().path("max_tokens").asInt()).isEqualTo(128);
      assertThat(Files.readString(directory.resolve("out/settings.yaml")))
          .contains("judge:")
          .contains("model: judge");
      run(model, true, benchmark("logicvista", logicVista(), judge(judge)));
      assertThat(model.requests()).hasSize(3);
      assertThat(judge.requests()).hasSize(3);
      assertThatThrownBy(() -> run(model, true, benchmark("logicvista", logicVista(), UNJUDGED)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("judge");
    }
  }

  @Test
  void withoutAJudgeTheResultSaysSo() throws IOException {
    Path file = logicVista();
    assertThatThrownBy(() -> benchmark("logicvista", file, Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("suite logicvista needs a language model")
        .hasMessageContaining("--unjudged");
    try (StandInEndpoint model =
        StandInEndpoint.answering(request ->
            StandInEndpoint.choices(
                text(request).contains("one") ? "\\boxed{A}" : "Let me see."))) {
      EvaluationResult result = run(model, false, benchmark("logicvista", file, UNJUDGED));
      assertThat(result.unjudged()).isTrue();
      assertThat(result.values())
          .containsEntry("avg@1", List.of(1.0, 0.0, 0.0))
          .containsEntry("unknown_frac", List.of(0.0, 1.0, 1.0));
      assertThat(Files.readString(directory.resolve("out/evaluation.json")))
          .contains("\"unjudged\":true");
    }
  }

  @Test
  void aJudgeThatFailsStopsTheEvaluationWhichGoesOnLater() throws IOException {
    Path file = logicVista();
    try (StandInEndpoint model = StandInEndpoint.answering(_ -> StandInEndpoint.choices("A"));
        StandInEndpoint broken =
            new StandInEndpoint(1, Fault.NO_TOKEN, _ -> StandInEndpoint.choices("ANSWER: A"))) {
      Benchmark suite = benchmark("logicvista", file, judge(broken));
      assertThatThrownBy(() -> run(model, false, suite))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("401");
      EvaluationResult result = run(model, true, suite);
      assertThat(result.values()).containsEntry("avg@1", List.of(1.0, 0.0, 1.0));
    }
  }

  @Test
  void weMathsScoresAreReported() throws IOException {
    String image = Pictures.base64(1);
    StringBuilder rows = new StringBuilder("index\timage\tquestion\toption\tanswer\tID\tkey\n");
    String[] keys = {"2steps_1", "2steps_2", "2steps_multi"};
    for (int i = 0; i < 6; i++) {
      rows.append(
          "%s\t%s\tq%s\tA. 1; B. 2\tA\t%s\t%s\n".formatted(i, image, i, i / 3, keys[i % 3]));
    }
    Path file = Files.writeString(directory.resolve("WeMath.tsv"), rows);
    try (StandInEndpoint model =
            StandInEndpoint.answering(request ->
                StandInEndpoint.choices(
                    text(request).startsWith("q5\n") ? "\\boxed{B}" : "\\boxed{A}"));
        StandInEndpoint judge = StandInEndpoint.answering(_ -> StandInEndpoint.choices("?"))) {
      EvaluationResult result = run(model, false, benchmark("wemath", file, judge(judge)));
      assertThat(result.scores())
          .containsEntry("score (strict)", List.of(1.0, 0.5))
          .containsEntry("inadequate generalization", List.of(0.0, 1.0))
          .containsEntry("two steps", List.of(1.0, 0.0))
          .containsEntry("one step", List.of(1.0, 1.0, 1.0, 1.0));
      assertThat(judge.requests()).isEmpty();
    }
  }

  @Test
  void onlySuitesThatNeedAJudgeHaveOne() {
    EvaluationRecipe amc = recipe(directory.resolve("x.jsonl"), Suite.named("amc"), UNJUDGED);
    assertThatThrownBy(() -> Benchmark.read("amc", Optional.of(Suite.named("amc")), amc))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("judge: amc needs no judge");
    assertThatThrownBy(() -> new ModelEvaluation(amc))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("judge");
  }
}
