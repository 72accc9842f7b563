package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.flow.FieldQuality;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.FlowTrainRecipe;
import io.braid.run.train.FlowTrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A field is trained, tells what it has learned, and goes on where it stopped. */
@TestInstance(Lifecycle.PER_CLASS)
class FlowTrainTest {
  private static final Path RECIPES = Path.of("..", "recipes");

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");

  @BeforeAll
  void makeModel() {
    model = TinyModel.in(directory);
  }

  private FlowTrainRecipe recipe(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model='" + model + "'",
                "data=countdown:max=6,sameness=order",
                "field={num_layers_flow: 1, hook_layers_percentile: [0.5]}",
                "batch_size=16",
                "epochs=1",
                "learning_rate=1e-2",
                "validation=32",
                "validate_every_steps=4",
                "saving.checkpoint_every_steps=3"));
    settings.addAll(List.of(more));
    return Recipe.read(RECIPES.resolve("flow-countdown.yaml"), settings, FlowTrainRecipe.class);
  }

  @Test
  void aFieldIsTrainedAndItsQualityIsReported() throws IOException {
    Path out = directory.resolve("learns");
    FlowTrainRun.Result result =
        FlowTrainRun.run(recipe("epochs=2"), out, false, RunListener.SILENT);

    FieldQuality quality = result.quality().orElseThrow();
    assertThat(quality.loss()).isLessThan(0.8 * quality.meanLevel());
    assertThat(quality.shuffledAuroc()).isBetween(0.0, 1.0);
    assertThat(quality.foreignAuroc()).isBetween(0.0, 1.0);
    List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
    assertThat(lines).hasSize(result.steps());
    assertThat(lines.get(3)).contains("validation_loss");
    assertThat(lines.get(4)).doesNotContain("validation_loss");
    assertThat(lines.getLast()).contains("\"validation_loss\":" + quality.loss());
  }

  @Test
  void anInterruptedRunResumesWithTheSameResults() throws IOException {
    Path whole = directory.resolve("whole");
    Path broken = directory.resolve("broken");
    FlowTrainRun.run(recipe(), whole, false, RunListener.SILENT);
    assertThatThrownBy(() -> FlowTrainRun.run(recipe(), broken, false, new BreaksAfter(5)))
        .hasMessage("broken");
    FlowTrainRun.run(recipe(), broken, true, RunListener.SILENT);

    assertThat(broken.resolve("field/flow.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("field/flow.safetensors"));
  }

  @Test
  void tooFewDemonstrationsAreRefused() throws IOException {
    Path file = directory.resolve("few.jsonl");
    Files.writeString(file, "{\"question\": \"1 2 3 = 6 :\", \"response\": \"1 + 2 + 3\"}\n");
    assertThatThrownBy(() ->
            FlowTrainRun.run(
                recipe("data='" + file + "'"), directory.resolve("few"), false, RunListener.SILENT))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "%s: 1 examples are too few to hold some out for validation; give at least 10"
                .formatted(file));
    assertThat(directory.resolve("few/recipe.yaml")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "epochs=0, 'epochs: must be above 0 and at most 1000000, got 0.0'",
    "warmup_ratio=2, 'warmup_ratio: must be between 0 and 1, got 2.0'",
    "field.num_layers_flow=0, 'field.num_layers_flow: must be between 1 and 64, got 0'",
    "field.flow_shift=[0], 'field.flow_shift: must be at least 1, got 0'",
  })
  void badSettingsArePointedAt(String setting, String message) {
    assertThatThrownBy(() -> recipe(setting))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(message);
  }

  @ParameterizedTest
  @CsvSource({"1.5b, 4, 4", "7b, 6, 2"})
  void thePublishedFieldsHaveTheirSettings(String size, int blocks, int draws) {
    FlowTrainRecipe published =
        Recipe.read(
            RECIPES.resolve("flow-qwen2.5-math-%s.yaml".formatted(size)),
            List.of(),
            FlowTrainRecipe.class);
    FlowTrainRecipe llama =
        Recipe.read(RECIPES.resolve("flow-llama3.1-8b.yaml"), List.of(), FlowTrainRecipe.class);

    assertThat(published.field().numLayersFlow()).isEqualTo(blocks);
    assertThat(published.field().layers(28)).containsExactly(7, 14, 21);
    assertThat(published.flowBatchMul()).isEqualTo(draws);
    assertThat(published.batchSize()).isEqualTo(128);
    assertThat(published.epochs()).isEqualTo(2);
    assertThat(published.learningRate()).isEqualTo(1e-4);
    assertThat(published.weightDecay()).isEqualTo(0.01);
    assertThat(llama.field().numLayersFlow()).isEqualTo(6);
    assertThat(llama.flowBatchMul()).isEqualTo(2);
  }
}
