package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.checkpoint.Checkpoints;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints with all that a run can have in one; each file is spoiled in each way. */
class DamagedCheckpointTest {
  @TempDir private Path directory = Path.of("");

  /** What can become of a file. */
  private enum Damage {
    EMPTIED,
    TRUNCATED,
    FLIPPED,
    HALF_ZEROED,
    REMOVED;

    void to(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      switch (this) {
        case EMPTIED -> bytes = new byte[0];
        case TRUNCATED -> bytes = Arrays.copyOf(bytes, bytes.length * 2 / 3);
        case FLIPPED -> bytes[bytes.length / 2] ^= 1;
        case HALF_ZEROED -> Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
        case REMOVED -> {
          Files.delete(file);
          return;
        }
      }
      Files.write(file, bytes);
    }
  }

  private static final List<String> SMALL =
      List.of(
          "steps=4",
          "prompts_per_step=4",
          "rollout.samples=4",
          "rollout.max_new_tokens=8",
          "staleness=1",
          "saving.checkpoint_every_steps=2");

  private static final Map<String, List<String>> RUNS =
      Map.of(
          "ppo with a field", List.of("advantage=gae", "flow={}"),
          "flowrl", List.of("loss={type: flowrl, beta: 1.0}"));

  private TrainRecipe recipe(String run) {
    List<String> settings = new ArrayList<>(SMALL);
    settings.addAll(RUNS.getOrDefault(run, List.of()));
    settings.add("model='" + TinyModel.in(directory) + "'");
    return Recipe.read(
        Path.of("..", "recipes", "countdown-grpo.yaml"), settings, TrainRecipe.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ppo with a field", "flowrl"})
  void anyDamageToAnyFileIsFoundAndThePreviousCheckpointIsUsed(String run) throws IOException {
    Path out = directory.resolve(run);
    assertThatThrownBy(() -> PolicyRun.run(recipe(run), out, false, new BreaksAfter(3)))
        .hasMessage("broken");
    Path checkpoints = out.resolve("checkpoints");
    Path newest = checkpoints.resolve("step-000003");
    List<Path> files = files(newest);
    assertThat(files)
        .contains(
            newest.resolve("checksums.json"),
            newest.resolve("rollouts.json"),
            newest.resolve("trainer.safetensors"),
            newest.resolve("model/model.safetensors"),
            newest.resolve("model/tokenizer_config.json"));
    if (run.startsWith("ppo")) {
      assertThat(files)
          .contains(
              newest.resolve("critic.safetensors"),
              newest.resolve("critic/model.safetensors"),
              newest.resolve("field/flow.safetensors"),
              newest.resolve("field/flow_config.json"));
    }
    for (Path file : files) {
      byte[] before = Files.readAllBytes(file);
      for (Damage damage : Damage.values()) {
        damage.to(file);
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), before)) {
          continue; // its second half was zero
        }
        List<String> said = new ArrayList<>();
        assertThat(new Checkpoints(checkpoints, 2).latestIntact(said::add).orElseThrow().step())
            .as(damage + " " + file)
            .isEqualTo(2);
        assertThat(said).hasSize(1);
        assertThat(said.getFirst())
            .startsWith("step-000003 is damaged: " + newest.relativize(file) + " ")
            .endsWith("resumes from step-000002");
        Files.move(checkpoints.resolve("damaged-step-000003"), newest);
        Files.write(file, before);
      }
    }
  }

  @Test
  void aRunWithADamagedCheckpointEndsWithTheSameResults() throws IOException {
    TrainRecipe recipe = recipe("flowrl");
    Path whole = directory.resolve("whole");
    PolicyRun.run(recipe, whole, false, RunListener.SILENT);
    Path damaged = directory.resolve("damaged");
    assertThatThrownBy(() -> PolicyRun.run(recipe, damaged, false, new BreaksAfter(3)))
        .hasMessage("broken");
    Damage.HALF_ZEROED.to(damaged.resolve("checkpoints/step-000003/trainer.safetensors"));

    PolicyRun.run(recipe, damaged, true, RunListener.SILENT);

    assertThat(damaged.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model/model.safetensors"));
    assertThat(Files.readAllLines(damaged.resolve("metrics.jsonl"))).hasSize(4);
  }

  @Test
  void aRunWithoutAnIntactCheckpointIsRefusedAndNotRestarted() throws IOException {
    TrainRecipe recipe = recipe("flowrl");
    Path out = directory.resolve("none");
    assertThatThrownBy(() -> PolicyRun.run(recipe, out, false, new BreaksAfter(3)))
        .hasMessage("broken");
    Damage.FLIPPED.to(out.resolve("checkpoints/step-000003/model/model.safetensors"));
    Damage.EMPTIED.to(out.resolve("checkpoints/step-000002/model/tokenizer_config.json"));

    assertThatThrownBy(() -> PolicyRun.run(recipe, out, true, RunListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("every checkpoint is damaged")
        .hasMessageContaining("step-000003 is damaged: model/model.safetensors has changed since")
        .hasMessageContaining("step-000002 is damaged: model/tokenizer_config.json has 0 bytes")
        .hasMessageNotContaining("download");
  }

  private static List<Path> files(Path checkpoint) throws IOException {
    try (Stream<Path> all = Files.walk(checkpoint)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
