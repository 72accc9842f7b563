package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs that are evaluated on held-out problems. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluatedRunTest {
  private static final String PROBLEMS = "countdown:solutions=2,sameness=order";
  private static final String RECIPE =
      """
      data: %s
      steps: 8
      prompts_per_step: 4
      rollout: {samples: 4, max_new_tokens: 8}
      loss: {type: flowrl, beta: 1.0}
      optimizer: {learning_rate: 1e-2}
      saving: {checkpoint_every_steps: 3}
      """
          .formatted(PROBLEMS);

  /** Of the training problems, so that a seed of the training that is used would be noticed. */
  private static final String EVALUATION =
      "evaluation={data: '%s,split=train,count=12', every_steps: 3, samples: 2, temperature: 1.0}"
          .formatted(PROBLEMS);

  @TempDir private static Path directory = Path.of("");

  @BeforeAll
  void prepare() throws IOException {
    String model = "model: '%s'\n".formatted(TinyModel.in(directory));
    Files.writeString(directory.resolve("train.yaml"), model + RECIPE);
    Files.writeString(
        directory.resolve("sft.yaml"),
        model
            + """
            data: countdown:sameness=order
            steps: 4
            batch_size: 4
            optimizer: {learning_rate: 1e-2}
            """);
  }

  private static Terminal.Ended run(String command, String out, String... more) {
    return Terminal.here(line(command, out, more));
  }

  private static String[] line(String command, String out, String... more) {
    List<String> line = new ArrayList<>(List.of(command, in(command + ".yaml"), "--out", in(out)));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  private static String in(String file) {
    return directory.resolve(file).toString();
  }

  private static Terminal.Ended ran(Terminal.Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isZero();
    return ended;
  }

  private static byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(directory.resolve(file));
  }

  /** The metrics of the evaluations, without times, by step. */
  private static Map<Integer, Map<String, Double>> evaluations(String out) throws IOException {
    Map<Integer, Map<String, Double>> byStep = new TreeMap<>();
    for (String line : Files.readAllLines(directory.resolve(out).resolve("metrics.jsonl"))) {
      JsonNode values = JsonMapper.shared().readTree(line);
      Map<String, Double> found = new TreeMap<>();
      values
          .properties()
          .forEach(each -> {
            if (each.getKey().startsWith("eval_") && !each.getKey().equals("eval_seconds")) {
              found.put(each.getKey(), each.getValue().asDouble());
            }
          });
      if (!found.isEmpty()) {
        byStep.put(values.path("step").asInt(), found);
      }
    }
    return byStep;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "staleness=0",
        "rollout_correction={type: truncated-importance-sampling, level: sequence}",
        "adapter={rank: 2}"
      })
  void anEvaluationDoesNotChangeTheTraining(String kind) throws IOException {
    String name = kind.replaceAll("[^a-z]", "");
    String stale = kind.startsWith("rollout") ? "staleness=1" : "staleness=0";
    ran(run("train", name + "-plain", kind, stale));
    Terminal.Ended evaluated = ran(run("train", name + "-evaluated", kind, stale, EVALUATION));

    assertThat(bytes(name + "-evaluated/model/model.safetensors"))
        .isEqualTo(bytes(name + "-plain/model/model.safetensors"));
    assertThat(evaluations(name + "-evaluated").keySet()).containsExactly(0, 3, 6, 8);
    assertThat(evaluations(name + "-plain")).isEmpty();
    assertThat(evaluated.err())
        .contains("12 of the 12 held-out problems of " + PROBLEMS)
        .containsOnlyOnce("evaluation after step 6: avg@2 0.");
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aKilledRunHasTheSameEvaluationsAndTheSameBestModel() throws Exception {
    // Processes of the same kind, since the engine of another may round otherwise.
    ran(Terminal.run(directory, line("train", "whole", EVALUATION)));
    Path checkpoint = directory.resolve("killed/checkpoints/step-000006");
    Process process = Terminal.start(directory, List.of(), line("train", "killed", EVALUATION));
    while (!Files.exists(checkpoint)) {
      assertThat(process.isAlive()).as("still running").isTrue();
      TimeUnit.MILLISECONDS.sleep(5);
    }
    process.destroyForcibly().waitFor(); // SIGKILL
    ran(Terminal.run(directory, line("train", "killed", EVALUATION, "--resume")));

    assertThat(evaluations("killed")).isEqualTo(evaluations("whole"));
    for (String file :
        List.of(
            "model/model.safetensors",
            "best/model/model.safetensors",
            "best/best.json",
            "evaluations/step-000000/records.jsonl",
            "evaluations/step-000006/records.jsonl",
            "evaluations/step-000008/records.jsonl")) {
      assertThat(bytes("killed/" + file)).as(file).isEqualTo(bytes("whole/" + file));
    }
    ran(
        Terminal.here(
            "eval-compare",
            in("whole/evaluations/step-000000"),
            in("whole/evaluations/step-000008")));
  }

  /** The best model is the one that was evaluated, adapters included. */
  @Test
  void theBestModelHasTheValueOfItsEvaluation() throws IOException {
    String held = "%s,count=20".formatted(PROBLEMS);
    Terminal.Ended ended =
        ran(
            run(
                "train",
                "best",
                "adapter={rank: 2}",
                "optimizer.learning_rate=5e-2",
                "evaluation={data: '%s', every_steps: 1, metric: pass@4, samples: 4, temperature: 1}"
                    .formatted(held),
                "--json"));
    JsonNode best = JsonMapper.shared().readTree(ended.lastLine()).path("best");
    int step = best.path("step").asInt();
    Map<Integer, Map<String, Double>> all = evaluations("best");
    double most =
        all.values().stream().mapToDouble(each -> each.get("eval_pass@4")).max().orElseThrow();
    assertThat(best.path("value").asDouble()).isEqualTo(most);
    assertThat(all.get(step)).containsEntry("eval_pass@4", most);
    assertThat(directory.resolve("best/best/adapter/adapter_config.json")).exists();

    JsonNode answer =
        JsonMapper.shared()
            .readTree(
                ran(Terminal.run(
                        directory,
                        "eval",
                        "--model",
                        "best/best/model",
                        "--data",
                        held,
                        "--samples",
                        "4",
                        "--max-new-tokens",
                        "8",
                        "--seed",
                        "49979687", // of the evaluations of a run with seed 0
                        "--json"))
                    .lastLine());
    assertThat(answer.path("suites").path("countdown").path("metrics").path("pass@4").asDouble())
        .isEqualTo(most);
  }

  @Test
  void supervisedRunsAreEvaluatedToo() throws IOException {
    String evaluation =
        "evaluation={data: 'countdown:sameness=order,count=6', every_steps: 2, max_new_tokens: 8}";
    ran(run("sft", "sft-plain"));
    ran(run("sft", "sft-evaluated", evaluation));

    assertThat(bytes("sft-evaluated/model/model.safetensors"))
        .isEqualTo(bytes("sft-plain/model/model.safetensors"));
    assertThat(evaluations("sft-evaluated").keySet()).containsExactly(0, 2, 4);
  }

  @Test
  void anEvaluationMayBeAddedWhenARunIsResumed() throws IOException {
    ran(run("train", "added", "steps=3"));
    ran(run("train", "added", "steps=8", EVALUATION, "--resume"));

    assertThat(evaluations("added").keySet()).containsExactly(3, 6, 8);
    try (Stream<String> lines = Files.lines(directory.resolve("added/metrics.jsonl"))) {
      assertThat(lines).hasSize(8);
    }
  }

  @Test
  void whatCannotBeEvaluatedIsRefusedBeforeTheFirstStep() {
    for (String[] each :
        new String[][] {
          {"evaluation={every_steps: 2}", "evaluation.data: missing; add 'data: FILE'"},
          {"evaluation={data: a, suites: [aime24]}", "cannot be combined with suites"},
          {"evaluation={data: a, samples: 2}", "evaluation.temperature: 0 is greedy decoding"},
          {"evaluation={data: a, metric: avg@2}", "evaluation.metric: no 'avg@2'; did you mean"},
          {"evaluation={suites: [aime42]}", "evaluation.suites: there is no suite 'aime42'"},
          {"evaluation={data: missing.jsonl}", "missing.jsonl"},
          {"evaluation={data: '" + PROBLEMS + "', max_new_tokens: 4000}", "max_new_tokens"}
        }) {
      Terminal.Ended ended = run("train", "refused", each[0]);
      assertThat(ended.exit()).as(each[0]).isEqualTo(2);
      assertThat(ended.err()).contains(each[1]);
      assertThat(directory.resolve("refused")).doesNotExist();
    }
  }
}
