package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.checkpoint.ModelDirectory;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole runs in processes of their own: they end, are killed, go on, and meet a full disk. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunTest {
  private static final String RECIPE =
      """
      model: model-111
      data: countdown:solutions=2,sameness=order
      steps: 12
      prompts_per_step: 4
      rollout: {samples: 4, max_new_tokens: 8}
      loss: {type: flowrl, beta: 1.0, log_z: {type: learned, learning_rate: 1e-3}}
      optimizer: {learning_rate: 1e-3}
      saving: {checkpoint_every_steps: 3, keep: 2, samples_every_steps: 6}
      """;

  @TempDir private static Path directory = Path.of("");

  @BeforeAll
  void prepare() throws IOException {
    TinyModel.in(directory);
    Files.writeString(directory.resolve("flowrl.yaml"), RECIPE);
    Files.writeString(directory.resolve("long.yaml"), RECIPE.replace("steps: 12", "steps: 100000"));
  }

  @Test
  void aRunLeavesAModelMetricsSamplesAndCurves() throws IOException {
    Terminal.Ended ended =
        Terminal.run(directory, "train", "flowrl.yaml", "--out", "whole", "--json");
    assertThat(ended.exit()).as(ended.err()).isZero();
    JsonNode answer = JsonMapper.shared().readTree(ended.lastLine());
    assertThat(answer.path("steps").asInt()).isEqualTo(12);
    Path out = directory.resolve("whole");
    List<String> metrics = Files.readAllLines(out.resolve("metrics.jsonl"));
    assertThat(metrics).hasSize(12);
    for (String line : metrics) {
      assertThat(JsonMapper.shared().readTree(line).path("mismatch_max").asDouble(1))
          .isLessThanOrEqualTo(1e-5);
    }
    assertThat(out.resolve("samples/step-000006.jsonl")).exists();
    assertThat(out.resolve("tensorboard")).isNotEmptyDirectory();
    assertThat(weights(out.resolve("model"))).isNotEqualTo(weights(directory.resolve("model-111")));
    Terminal.Ended again = Terminal.run(directory, "train", "flowrl.yaml", "--out", "again");
    assertThat(again.exit()).isZero();
    assertThat(weights(directory.resolve("again/model")))
        .as("same seed, same weights")
        .isEqualTo(weights(out.resolve("model")));
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aKilledRunResumesFromItsLastCheckpointWithTheSameResults() throws Exception {
    Path out = directory.resolve("killed");
    Process process =
        Terminal.start(directory, List.of(), "train", "flowrl.yaml", "--out", "killed", "steps=12");
    waitFor(out.resolve("checkpoints/step-000003"), process);
    process.destroyForcibly().waitFor(); // SIGKILL
    Terminal.Ended resumed =
        Terminal.run(directory, "train", "flowrl.yaml", "--out", "killed", "--resume");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl"))).hasSize(12);

    Terminal.run(directory, "train", "flowrl.yaml", "--out", "undisturbed");
    assertThat(weights(out.resolve("model")))
        .isEqualTo(weights(directory.resolve("undisturbed/model")));
    assertThat(out.resolve("model/tokenizer.json"))
        .as("though the checkpoint that it went on from is gone")
        .hasSameBinaryContentAs(directory.resolve("model-111/tokenizer.json"));
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aRunThatIsAskedToStopFinishesItsStepAndSaves() throws Exception {
    Path out = directory.resolve("stopped");
    Process process =
        Terminal.start(directory, List.of(), "train", "long.yaml", "--out", "stopped");
    process.getInputStream().close();
    Thread.ofVirtual().start(() -> drain(process));
    waitFor(out.resolve("checkpoints/step-000003"), process);
    process.destroy(); // SIGTERM
    assertThat(process.waitFor()).isEqualTo(143);
    int steps = Files.readAllLines(out.resolve("metrics.jsonl")).size();
    assertThat(out.resolve("checkpoints/step-%06d/model/model.safetensors".formatted(steps)))
        .exists();
  }

  @Test
  void sixteenBitWeightsWithFloat32MastersLearnAndResume() throws IOException {
    String[] run = {
      "train", "flowrl.yaml", "--out", "half", "precision=bfloat16", "mini_batches=2"
    };
    Terminal.Ended ended = Terminal.run(directory, run);
    assertThat(ended.exit()).isZero();
    assertThat(ended.err() + ended.out())
        .containsPattern(
            "precision=bfloat16: weights, gradients and optimizer take \\d+ MB, in float32 \\d+"
                + " MB, .*; a matrix product takes [0-9.]+ times as long as in float32");
    Path out = directory.resolve("half");
    assertThat(Files.readString(out.resolve("model/config.json"))).contains("bfloat16");
    assertThat(Files.readAllLines(out.resolve("metrics.jsonl"))).hasSize(12);
    try (Transformer model = ModelDirectory.open(out.resolve("model")).load(Optional.empty())) {
      assertThat(model.dtype()).isEqualTo(DType.BFLOAT16);
    }
  }

  @Test
  void rolloutsOfRoundedWeightsShowHowFarTheyAreAndGoOn() throws IOException {
    String[] run = {
      "train",
      "flowrl.yaml",
      "--out",
      "bytes",
      "rollout.weights=int8",
      "rollout_correction={type: truncated-importance-sampling, level: sequence}",
      "steps=4"
    };
    Terminal.Ended ended = Terminal.run(directory, run);
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.err()).contains("mismatch");
    for (String line : Files.readAllLines(directory.resolve("bytes/metrics.jsonl"))) {
      JsonNode metrics = JsonMapper.shared().readTree(line);
      assertThat(metrics.path("mismatch_max").asDouble()).isBetween(1e-4, 0.5);
      assertThat(metrics.path("weight_sync_seconds").asDouble()).isPositive();
    }
    Terminal.Ended refused =
        Terminal.run(directory, "train", "flowrl.yaml", "--out", "refused", "rollout.weights=int8");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("rollout.weights").contains("correction");
    assertThat(directory.resolve("refused")).doesNotExist();
  }

  @Test
  void aResumeWithAnotherRecipeIsRefused() {
    Terminal.run(directory, "train", "flowrl.yaml", "--out", "changed", "steps=3");
    Terminal.Ended ended =
        Terminal.run(
            directory, "train", "flowrl.yaml", "--out", "changed", "--resume", "steps=3", "seed=9");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .contains("changed/recipe.yaml:")
        .contains("seed was 0 at the start and is 9 now")
        .contains("Only these may change: steps, ");
  }

  @Test
  void aFinishedRunThatIsLengthenedEqualsALongerRun() throws IOException {
    Terminal.run(directory, "train", "flowrl.yaml", "--out", "twelve");
    Terminal.run(directory, "train", "flowrl.yaml", "--out", "lengthened", "steps=5");
    Terminal.Ended ended =
        Terminal.run(
            directory,
            "train",
            "flowrl.yaml",
            "--out",
            "lengthened",
            "--resume",
            "steps=12",
            "saving.keep=3",
            "rollout.kv_cache_mb=64");

    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.err())
        .contains("steps=12 (was 5): nothing else depends on it")
        .contains("rollout.kv_cache_mb=64 (was 2048), saving.keep=3 (was 2): changed since");
    assertThat(weights(directory.resolve("lengthened/model")))
        .isEqualTo(weights(directory.resolve("twelve/model")));
    Terminal.Ended shorter =
        Terminal.run(
            directory,
            "train",
            "flowrl.yaml",
            "--out",
            "lengthened",
            "--resume",
            "steps=7",
            "saving.keep=3",
            "rollout.kv_cache_mb=64");
    assertThat(shorter.exit()).isEqualTo(2);
    assertThat(shorter.err())
        .contains("steps: 7 is less than the 12 steps that the run has done; set steps=12 or more");
    assertThat(Files.readString(directory.resolve("lengthened/recipe.yaml")))
        .as("a refused recipe is not recorded")
        .contains("\nsteps: 12\n");
  }

  @Test
  void aScheduleOverAllStepsIsNamedWhenARunIsLengthened() {
    String[] cosine = {"train", "flowrl.yaml", "--out", "cosine", "optimizer.lr_schedule=cosine"};
    Terminal.run(directory, with(cosine, "steps=2"));
    Terminal.Ended ended = Terminal.run(directory, with(cosine, "steps=3", "--resume"));

    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.err())
        .contains(
            "steps=3 (was 2): optimizer.lr_schedule is cosine over all steps, so the remaining"
                + " learning rates change; the steps so far used the old number, all others use"
                + " the new one");
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aFullDiskKeepsTheLastCompleteCheckpoint() throws Exception {
    Path checkpoints = directory.resolve("full/checkpoints");
    Process first = Terminal.start(directory, List.of(), "train", "long.yaml", "--out", "full");
    waitFor(checkpoints.resolve("step-000006"), first);
    first.destroyForcibly().waitFor();
    List<Path> before = list(checkpoints);

    // No file may grow beyond 14 kB: the system refuses the weights half-way, as a full disk does.
    Process limited =
        Terminal.start(
            directory,
            List.of("prlimit", "--fsize=14000"),
            "train",
            "long.yaml",
            "--out",
            "full",
            "--resume");
    String err = new String(limited.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(limited.waitFor()).as(err).isEqualTo(2);
    assertThat(err.strip().lines().toList().getLast())
        .startsWith("braid: ")
        .contains("checkpoints/step-0")
        .contains("cannot be written");
    assertThat(list(checkpoints)).as("nothing lost, nothing half-written").isEqualTo(before);
    try (Transformer model =
        ModelDirectory.open(before.getLast().resolve("model")).load(Optional.empty())) {
      assertThat(model.parameterCount()).isPositive();
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (var children = Files.list(directory)) {
      return children
          .filter(child -> !String.valueOf(child.getFileName()).startsWith("."))
          .sorted()
          .toList();
    }
  }

  @Test
  void theOtherCommandsAnswerInJson() throws IOException {
    Terminal.Ended data =
        Terminal.run(
            directory,
            "data",
            "countdown",
            "--out",
            "c.jsonl",
            "--count",
            "8",
            "--split",
            "test",
            "--task",
            "solutions=2,sameness=order",
            "--json");
    assertThat(data.exit()).as(data.err()).isZero();
    assertThat(JsonMapper.shared().readTree(data.lastLine()).path("problems").asInt()).isEqualTo(8);

    JsonNode eval = answer("eval", "--model", "model-111", "--data", "c.jsonl", "--samples", "4");
    assertThat(eval.path("suites").size()).isEqualTo(1);
    JsonNode result = eval.path("suites").iterator().next();
    assertThat(result.path("problems").size()).isEqualTo(8);
    assertThat(result.path("metrics").has("coverage@4")).isTrue();

    JsonNode generated =
        answer(
            "generate", "--model", "model-111", "--prompt", "1 2 3 = 6 :", "--max-new-tokens", "5");
    JsonNode response = generated.path("responses").get(0);
    assertThat(response.path("ids").size()).isEqualTo(response.path("logprobs").size());

    StringBuilder ids = new StringBuilder();
    generated.path("prompt_ids").forEach(id -> ids.append(id.asLong()).append(','));
    response.path("ids").forEach(id -> ids.append(id.asLong()).append(','));
    JsonNode scored =
        answer("logprobs", "--model", "model-111", "--ids", ids.substring(0, ids.length() - 1));
    int prompt = generated.path("prompt_ids").size();
    for (int t = 0; t < response.path("ids").size(); t++) {
      assertThat(scored.path("logprobs").get(prompt - 1 + t).asDouble())
          .isCloseTo(
              response.path("logprobs").get(t).asDouble(),
              org.assertj.core.data.Offset.offset(1e-5));
    }
    assertThat(answer("doctor").path("libtorch").asString()).startsWith("2.");
  }

  private JsonNode answer(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    Terminal.Ended ended = Terminal.run(directory, all);
    assertThat(ended.exit()).as(ended.err()).isZero();
    return JsonMapper.shared().readTree(ended.lastLine());
  }

  private static byte[] weights(Path model) throws IOException {
    return Files.readAllBytes(model.resolve("model.safetensors"));
  }

  private static void waitFor(Path file, Process process) throws InterruptedException {
    while (!Files.exists(file)) {
      assertThat(process.isAlive()).as("still running").isTrue();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static void drain(Process process) {
    try {
      process.getErrorStream().readAllBytes();
    } catch (IOException e) {
      // The process is gone, and so is what it would have said.
    }
  }
}
