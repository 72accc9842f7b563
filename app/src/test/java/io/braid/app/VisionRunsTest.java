package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on the task {@code visual} with a tiny model that reads its pictures. */
class VisionRunsTest {
  private static final Path RECIPES = Path.of("..", "recipes");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  private Path directory;

  private static Terminal.Ended braid(String... arguments) {
    return Terminal.here(arguments);
  }

  /** Runs a command with a recipe. */
  private Terminal.Ended run(String command, String out, String recipe) throws IOException {
    Path file = Files.writeString(directory.resolve("recipe.yaml"), recipe);
    return braid(command, file.toString(), "--out", directory.resolve(out).toString());
  }

  @Test
  void aTinyModelIsFineTunedAndTrainedOnPictures() throws IOException {
    Path blank = directory.resolve("blank");
    assertThat(braid("blank", "--vision", "--out", blank.toString()).exit()).isZero();
    Terminal.Ended tuned =
        run(
            "sft",
            "sft",
            """
            model: %s
            data: visual:kind=count,count=200
            steps: 2
            batch_size: 8
            """
                .formatted(blank));
    assertThat(tuned.exit()).as(tuned.err()).isZero();
    for (String out : List.of("one", "two")) {
      Terminal.Ended trained =
          run(
              "train",
              out,
              """
              model: %s
              data: visual:kind=count,count=200
              steps: 2
              prompts_per_step: 4
              rollout: {samples: 4, max_new_tokens: 6}
              advantage: grpo
              loss: ppo-clip
              """
                  .formatted(directory.resolve("sft/model")));
      assertThat(trained.exit()).as(trained.err()).isZero();
    }
    // The same seed gives the same weights.
    assertThat(Files.readAllBytes(directory.resolve("one/model/model.safetensors")))
        .isEqualTo(Files.readAllBytes(directory.resolve("two/model/model.safetensors")));
    // What the images are resized to goes with the model.
    assertThat(directory.resolve("one/model/preprocessor_config.json")).exists();
  }

  /** The recipes of the quickstart, for a step or two. */
  @Test
  void theRecipesOfTheQuickstartRun() throws IOException {
    Path blank = directory.resolve("blank");
    assertThat(braid("blank", "--vision", "--out", blank.toString()).exit()).isZero();
    String small = "data=visual:kind=several,count=300";
    ran("sft", "visual-sft", "base", "model=" + blank, small, "steps=2", "batch_size=8");
    String base = "model=" + directory.resolve("base/model");
    ranFlow(base, small);
    String field = "flow.field=" + directory.resolve("flow/field");
    for (String name : List.of("visual-grpo", "visual-flowrl")) {
      ran("train", name, name, base, small, "steps=1", "prompts_per_step=4");
    }
    for (String name : List.of("visual-rlfr", "visual-flowrl-rlfr")) {
      ran("train", name, name, base, field, small, "steps=1", "prompts_per_step=4");
    }
  }

  private void ran(String command, String recipe, String out, String... settings) {
    List<String> line = new ArrayList<>(List.of(command, RECIPES.resolve(recipe + ".yaml") + ""));
    line.addAll(List.of(settings));
    line.addAll(List.of("--out", directory.resolve(out).toString()));
    Terminal.Ended ended = braid(line.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isZero();
  }

  private void ranFlow(String... settings) {
    List<String> line =
        new ArrayList<>(List.of("flow", "train", RECIPES.resolve("flow-visual.yaml").toString()));
    line.addAll(List.of(settings));
    line.add("batch_size=64");
    line.addAll(List.of("--out", directory.resolve("flow").toString()));
    Terminal.Ended ended = braid(line.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isZero();
  }

  @Test
  void aModelOfPicturesTakesOnlyItsOptions() {
    Terminal.Ended refused =
        braid("blank", "--vision", "--hidden", "64", "--out", directory.resolve("x").toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("--vision: takes only --out and --seed");
    assertThat(directory.resolve("x")).doesNotExist();
  }
}
