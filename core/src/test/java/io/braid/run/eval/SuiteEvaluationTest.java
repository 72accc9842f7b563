package io.braid.run.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.eval.suite.Suite;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Suites asked of a service that answers by the question: "n?" is answered n, where it knows it.
 */
class SuiteEvaluationTest {
  private static final CallSettings ONCE = new CallSettings(5, 1, 4, 0);

  @TempDir private Path directory = Path.of("");

  @Test
  void aServiceIsAskedJudgedAndRecorded() throws IOException {
    try (StandInEndpoint service = StandInEndpoint.answering(SuiteEvaluationTest::answer)) {
      Benchmark suite = suite("amc", 2, "1", "2", "300");
      EvaluationResults results = run(service, false, suite);

      EvaluationResult amc = Optional.ofNullable(results.suites().get("amc")).orElseThrow();
      assertThat(amc.values())
          .containsEntry("avg@2", List.of(1.0, 1.0, 0.0))
          .containsEntry("maj@2", List.of(1.0, 1.0, 0.0))
          .containsEntry("response_length", List.of(7.0, 7.0, 7.0))
          .containsEntry("truncated_frac", List.of(0.0, 0.0, 0.0));
      assertThat(service.tokens()).containsOnly("Bearer secret");
      assertThat(service.requests()).hasSize(3);
      JsonNode request = service.requests().getFirst();
      assertThat(request.path("messages").path(0).path("content").asString())
          .endsWith("? Let's think step by step and output the final answer within \\boxed{}.");
      assertThat(request.path("n").asInt()).isEqualTo(2);
      assertThat(request.path("seed").asInt()).isEqualTo(17);
      assertThat(request.path("temperature").asDouble()).isEqualTo(0.6);
      assertThat(request.path("max_tokens").asInt()).isEqualTo(8192);
      assertThat(EvaluationResults.read(out())).isEqualTo(results);
      assertThat(Files.readString(out().resolve("settings.yaml")))
          .contains("served at http")
          .doesNotContain("secret");
      ProblemRecord first = records().getFirst();
      assertThat(first.question()).isEqualTo("1?");
      assertThat(first.reference()).isEqualTo("1");
      assertThat(first.responses()).hasSize(2);
      assertThat(first.responses().getFirst().answer()).contains("1");
      assertThat(first.responses().getFirst().text()).isEqualTo("It is \\boxed{1}.");
    }
  }

  @Test
  void whatWasBrokenOffIsGoneOnWith() throws IOException {
    Benchmark amc = suite("amc", 2, "1", "2", "300");
    Benchmark gsm8k = suite("gsm8k", 1, "4", "5", "6");
    try (StandInEndpoint service = StandInEndpoint.answering(SuiteEvaluationTest::answer)) {
      EvaluationResults whole = run(service, false, amc, gsm8k);
      List<ProblemRecord> all = records();
      assertThat(service.requests()).hasSize(6);
      // As a killed process leaves it: one problem done and half of another.
      List<String> lines = Files.readAllLines(out().resolve("records.jsonl"));
      Files.writeString(
          out().resolve("records.jsonl"), lines.get(1) + "\n" + lines.get(2).substring(0, 40));
      Files.delete(out().resolve("evaluation.json"));
      assertThatThrownBy(() -> EvaluationResults.read(out()))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("finish an interrupted one with --resume");

      EvaluationResults resumed = run(service, true, amc, gsm8k);

      assertThat(service.requests()).hasSize(6 + 5);
      assertThat(resumed).isEqualTo(whole);
      assertThat(records()).isEqualTo(all);
      assertThat(run(service, true, amc, gsm8k)).isEqualTo(whole);
      assertThat(service.requests()).as("all was there").hasSize(6 + 5);
    }
  }

  @Test
  void aFailingServiceKeepsTheFinishedWork() throws IOException {
    Benchmark suite = suite("gsm8k", 1, "1", "2", "3", "broken", "4", "5");
    try (StandInEndpoint service = StandInEndpoint.answering(SuiteEvaluationTest::answer)) {
      assertThatThrownBy(() -> run(service, false, suite))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("failed 1 times");
    }
    assertThat(out().resolve("evaluation.json")).doesNotExist();

    int done = records().size();
    assertThat(done).isLessThan(6);
    assertThat(records()).noneMatch(record -> record.question().equals("broken?"));
  }

  @Test
  void aServiceThatIsBusyIsAskedAgain() throws IOException {
    try (StandInEndpoint service =
        new StandInEndpoint(2, Fault.BROKEN, SuiteEvaluationTest::answer)) {
      Benchmark suite = suite("gsm8k", 1, "1", "2");
      try (EvaluatedModel model =
          new EndpointModel(
              service.base(), "served", Optional.empty(), new CallSettings(5, 3, 1, 0.001))) {
        EvaluationResults results =
            new SuiteEvaluation(model, List.of(suite), 17).run(out(), false, RunListener.SILENT);

        assertThat(results.suites())
            .hasEntrySatisfying("gsm8k", result -> assertThat(result.mean("avg@1")).isEqualTo(1));
      }
    }
  }

  @Test
  void otherSettingsAreRefusedByTheirKey() throws IOException {
    try (StandInEndpoint service = StandInEndpoint.answering(SuiteEvaluationTest::answer)) {
      run(service, false, suite("amc", 2, "1", "2"));

      assertThatThrownBy(() -> run(service, true, suite("amc", 3, "1", "2")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("settings.yaml:")
          .hasMessageContaining("suites.amc.samples was 2 at the start and is 3 now");
      assertThatThrownBy(() -> run(service, false, suite("amc", 2, "1", "2")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("is not empty; continue its run with --resume");
    }
  }

  @Test
  void otherProblemsAreRefused() throws IOException {
    try (StandInEndpoint service = StandInEndpoint.answering(SuiteEvaluationTest::answer)) {
      run(service, false, suite("amc", 2, "1", "2"));

      assertThatThrownBy(() -> run(service, true, suite("amc", 2, "1", "3")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("problem 1 of amc")
          .hasMessageContaining("differs from the problem in the data now");
    }
  }

  @Test
  void aDirectoryOfAnotherKindIsNotGoneOnWith() throws IOException {
    Files.createDirectories(out());
    Files.writeString(out().resolve("recipe.yaml"), "");
    try (StandInEndpoint service = StandInEndpoint.answering(SuiteEvaluationTest::answer)) {
      assertThatThrownBy(() -> run(service, true, suite("amc", 2, "1")))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("settings.yaml: missing, so there is no evaluation");
    }
  }

  @Test
  void whatAServiceCannotDoIsRefusedBeforeAnythingIsWritten() throws IOException {
    try (StandInEndpoint service = StandInEndpoint.answering(SuiteEvaluationTest::answer)) {
      for (EvaluationRecipe recipe :
          List.of(recipe("amc", "qwen_box", 1, 0), recipe("amc", "chat_box", 1, 20))) {
        data("amc", "1");
        Benchmark suite = Benchmark.read("amc", Optional.of(Suite.named("amc")), recipe);

        assertThatThrownBy(() -> run(service, false, suite))
            .isInstanceOf(UserError.class)
            .hasMessageMatching("(prompt: 'qwen_box' has one model's chat marks|top_k: ).*");
        assertThat(out().resolve("settings.yaml")).doesNotExist();
      }
    }
  }

  // ---- making ---------------------------------------------------------------------------------

  private Path out() {
    return directory.resolve("out");
  }

  private List<ProblemRecord> records() {
    Stream.Builder<ProblemRecord> all = Stream.builder();
    EvaluationRecords.read(out().resolve("records.jsonl"), all);
    return all.build()
        .sorted(Comparator.comparing(ProblemRecord::suite).thenComparing(ProblemRecord::index))
        .toList();
  }

  private EvaluationResults run(StandInEndpoint service, boolean resume, Benchmark... suites) {
    try (EvaluatedModel model =
        new EndpointModel(service.base(), "served", Optional.of("secret"), ONCE)) {
      return new SuiteEvaluation(model, List.of(suites), 17).run(out(), resume, RunListener.SILENT);
    }
  }

  private Benchmark suite(String name, int samples, String... answers) throws IOException {
    data(name, answers);
    return Benchmark.read(
        name, Optional.of(Suite.named(name)), recipe(name, "chat_box", samples, 0));
  }

  private void data(String name, String... answers) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String answer : answers) {
      lines.append("{\"question\":\"%s?\",\"answer\":\"%s\"}%n".formatted(answer, answer));
    }
    Files.writeString(directory.resolve(name + ".jsonl"), lines);
  }

  private EvaluationRecipe recipe(String name, String prompt, int samples, int topK) {
    return new EvaluationRecipe(
        DataRecipe.of(directory.resolve(name + ".jsonl").toString()),
        Optional.empty(),
        PromptRecipe.of(prompt),
        Rule.LENIENT,
        samples,
        0.6,
        0.95,
        topK,
        Optional.empty());
  }

  /** Knows numbers of one digit. */
  private static String answer(JsonNode request) {
    String question = request.path("messages").path(0).path("content").asString();
    String asked = question.substring(0, question.indexOf('?'));
    if (asked.equals("broken")) {
      return "{\"choices\":[]}";
    }
    String text = "It is \\boxed{%s}.".formatted(asked.length() == 1 ? asked : "0");
    String[] choices = new String[Math.max(1, request.path("n").asInt(1))];
    Arrays.fill(choices, text);
    return StandInEndpoint.choices(choices);
  }
}
