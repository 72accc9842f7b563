package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Comparisons in processes of their own: they end, are killed, go on, and refuse what is wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CompareTest {
  private static final String RECIPE =
      """
      model: nowhere
      data: countdown:solutions=2,sameness=order
      steps: 12
      prompts_per_step: 2
      rollout: {samples: 4, max_new_tokens: 8}
      optimizer: {learning_rate: 1e-3}
      saving: {checkpoint_every_steps: 3, keep: 1, samples_every_steps: 6}
      """;

  private static final String SPEC =
      """
      base: model-111
      seeds: [1, 2]
      recipes:
        grpo: {recipe: grpo.yaml}
        flowrl: {recipe: flowrl.yaml, set: ["loss.beta=3"]}
      set: ["steps=6"]
      evaluation:
        data: countdown:solutions=2,sameness=order,count=8
        samples: 4
        max_new_tokens: 8
      """;

  @TempDir private static Path directory = Path.of("");

  @BeforeAll
  void runOnce() throws IOException {
    TinyModel.in(directory);
    Path specs = Files.createDirectories(directory.resolve("specs"));
    Files.writeString(specs.resolve("grpo.yaml"), RECIPE);
    Files.writeString(specs.resolve("flowrl.yaml"), "extends: grpo.yaml\nloss: {type: flowrl}\n");
    Files.writeString(specs.resolve("two.yaml"), SPEC);
    Terminal.Ended ended = compare("whole", "--json");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(JsonMapper.shared().readTree(ended.lastLine())).isEqualTo(summary("whole"));
  }

  private static Terminal.Ended compare(String out, String... more) {
    return Terminal.run(
        directory,
        Stream.concat(Stream.of("compare", "specs/two.yaml", "--out", out), Stream.of(more))
            .toArray(String[]::new));
  }

  private static JsonNode summary(String out) throws IOException {
    return JsonMapper.shared().readTree(text(out + "/summary.json"));
  }

  private static String text(String path) throws IOException {
    return Files.readString(directory.resolve(path));
  }

  @Test
  void everyCellIsTrainedMeasuredAndTabled() throws IOException {
    JsonNode summary = summary("whole");
    assertThat(summary.path("baseline").asString()).isEqualTo("grpo");
    assertThat(summary.path("problems").asInt()).isEqualTo(8);
    for (String name : List.of("base", "grpo", "flowrl")) {
      JsonNode accuracy = summary.path("recipes").path(name).path("avg@4");
      assertThat(accuracy.path("by_seed").size()).as(name).isEqualTo(2);
      double mean =
          (accuracy.path("by_seed").get(0).asDouble() + accuracy.path("by_seed").get(1).asDouble())
              / 2;
      assertThat(accuracy.path("mean").asDouble())
          .isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-12))
          .isBetween(accuracy.path("low").asDouble(), accuracy.path("high").asDouble());
      assertThat(summary.path("recipes").path(name).has("coverage@4")).isTrue();
      assertThat(summary.path("differences").has(name)).isEqualTo(!name.equals("grpo"));
    }
    Path cell = directory.resolve("whole/flowrl/seed-2");
    assertThat(Files.readString(cell.resolve("recipe.yaml")))
        .contains("model: model-111", "seed: 2", "steps: 6", "beta: 3.0");
    assertThat(cell.resolve("model/model.safetensors")).exists();
    assertThat(cell.resolve("checkpoints")).doesNotExist();
    assertThat(cell.resolve("evaluation.json")).exists();
    assertThat(text("whole/results.md")).contains("| grpo |", "| avg@4, % |", "Minus grpo");
    assertThat(text("whole/report.html")).contains("Trade-off", "class=\"scatter\"", "flowrl");
    assertThat(text("whole/frontier.svg")).startsWith("<svg").contains(">flowrl</text>");
  }

  @Test
  void aKilledComparisonResumesAndEndsWithTheSameSummary() throws Exception {
    Process process = start("killed");
    waitFor("killed/flowrl/seed-1/checkpoints/step-000003", process);
    process.destroyForcibly().waitFor(); // SIGKILL
    assertThat(directory.resolve("killed/grpo/seed-1/evaluation.json")).exists();
    assertThat(directory.resolve("killed/flowrl/seed-2")).doesNotExist();
    var measured = modified("killed/grpo/seed-1/evaluation.json");

    Terminal.Ended resumed = compare("killed", "--resume");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(text("killed/summary.json")).isEqualTo(text("whole/summary.json"));
    assertThat(modified("killed/grpo/seed-1/evaluation.json"))
        .as("a finished cell is not run again")
        .isEqualTo(measured);
    assertThat(Files.readAllLines(directory.resolve("killed/flowrl/seed-1/metrics.jsonl")))
        .hasSize(6);

    Files.delete(directory.resolve("killed/grpo/seed-2/evaluation.json"));
    assertThat(compare("killed", "--resume").exit()).isZero();
    assertThat(text("killed/summary.json")).isEqualTo(text("whole/summary.json"));
  }

  @Test
  void aStoppedComparisonSavesAndCanBeResumed() throws Exception {
    Process process = start("stopped", "set=[steps=400]");
    waitFor("stopped/grpo/seed-1/checkpoints/step-000003", process);
    process.destroy(); // SIGTERM
    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(directory.resolve("stopped/summary.json")).doesNotExist();
    int steps = Files.readAllLines(directory.resolve("stopped/grpo/seed-1/metrics.jsonl")).size();
    assertThat(directory.resolve("stopped/grpo/seed-1/checkpoints/step-%06d".formatted(steps)))
        .exists();
    assertThat(directory.resolve("stopped/flowrl")).doesNotExist();
    assertThat(Files.readString(directory.resolve("stopped.out")))
        .contains("continue with --resume");
  }

  @Test
  void anExistingRunMustHaveBegunWithTheSameRecipe() {
    Terminal.Ended other = compare("whole", "--resume", "set=[steps=7]");
    assertRefused(other, "recipe.yaml", "steps was 6 at the start and is 7 now", "--out");
    assertRefused(
        compare("whole", "--resume", "evaluation.samples=2"),
        "evaluation.json",
        "other 'evaluation' settings");
    assertRefused(compare("whole"), "whole", "--resume");
    assertRefused(compare("nothing-here", "--resume"), "no run to resume");
  }

  @Test
  void everyRecipeIsCheckedBeforeTheFirstRuns() throws IOException {
    wrong(SPEC.replace("loss.beta=3", "loss.bta=3"), "wrong.yaml:5", "loss.bta", "'beta'");
    wrong(SPEC.replace("flowrl.yaml", "flow.yaml"), "wrong.yaml:5", "specs/flow.yaml", "relative");
    wrong(SPEC.replace("steps=6", "stps=6"), "wrong.yaml:6", "stps", "'steps'");
    wrong(SPEC.replace("base: model-111", "base: model-112"), "model-112", "no such model");
    wrong(SPEC.replace("loss.beta=3", "prompt=qwen_bx"), "wrong.yaml:5", "qwen_bx", "qwen_box");
    wrong(SPEC.replace("loss.beta=3", "data=countdwn"), "recipes.flowrl", "countdwn");
    wrong(
        SPEC.replace("loss.beta=3", "rollout.max_new_tokens=99"),
        "recipes.flowrl",
        "max_new_tokens",
        "context of 32");
    wrong(SPEC + "baseline: gpro\n", "wrong.yaml:11", "gpro", "'grpo'");
    wrong(SPEC + "metrics: [avg@16]\n", "wrong.yaml:11", "avg@16", "avg@4");
    wrong(SPEC.replace("[1, 2]", "[1, 1]"), "wrong.yaml:2", "twice");
    wrong(SPEC.replace("  grpo:", "  base:"), "wrong.yaml:3", "'base' cannot be a name");
    wrong(SPEC + "jobs: 2\n", "wrong.yaml:11", "jobs", "no such key");
  }

  private static void wrong(String spec, String... said) throws IOException {
    Files.writeString(directory.resolve("specs/wrong.yaml"), spec);
    assertRefused(Terminal.run(directory, "compare", "specs/wrong.yaml", "--out", "never"), said);
    assertThat(directory.resolve("never")).doesNotExist();
  }

  private static void assertRefused(Terminal.Ended ended, String... said) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    List<String> lines = ended.err().strip().lines().toList(); // notices of the model, then why
    assertThat(lines.stream().filter(line -> line.startsWith("braid: "))).as("one line").hasSize(1);
    assertThat(lines.getLast()).startsWith("braid: ").contains(said);
  }

  private static Process start(String out, String... more) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        Stream.concat(
                Stream.of(
                    java,
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx512m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.braid.app.Braid",
                    "compare",
                    "specs/two.yaml",
                    "--out",
                    out),
                Stream.of(more))
            .toList();
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(out + ".out").toFile())
        .start();
  }

  private static void waitFor(String file, Process process) throws InterruptedException {
    while (!Files.exists(directory.resolve(file))) {
      assertThat(process.isAlive()).as("still running").isTrue();
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static java.nio.file.attribute.FileTime modified(String path) throws IOException {
    return Files.getLastModifiedTime(directory.resolve(path));
  }
}
