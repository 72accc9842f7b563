package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.checkpoint.Safetensors;
import io.braid.experiment.CompareSpec;
import io.braid.flow.FieldSettings;
import io.braid.flow.FlowField;
import io.braid.recipe.Recipe;
import io.braid.run.RunListener;
import io.braid.run.train.FlowTrainRecipe;
import io.braid.run.train.PolicyRun;
import io.braid.run.train.RunResult;
import io.braid.run.train.SftRecipe;
import io.braid.run.train.TrainRecipe;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipes that come with Braid, each run for a few steps on a model of one layer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamedRecipesTest {
  private static final Path RECIPES = Path.of("..", "recipes");

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");
  private Path field = Path.of("");

  @BeforeAll
  void makeModel() {
    model = TinyModel.in(directory);
    field = directory.resolve("flow");
    try (FlowField fresh =
        FlowField.create(ModelDirectory.open(model).config(), FieldSettings.of(1), 1)) {
      fresh.save(field);
    }
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(RECIPES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("countdown"))
          .filter(name -> !name.matches("(compare|flow)-.*") && !name.contains("sft"))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyNamedAlgorithmHasARecipe() throws IOException {
    assertThat(names())
        .contains(
            Stream.of(
                    "ppo",
                    "grpo",
                    "drgrpo",
                    "dapo",
                    "rloo",
                    "reinforce++",
                    "gspo",
                    "cispo",
                    "flowrl",
                    "entropy")
                .map("countdown-%s.yaml"::formatted)
                .toArray(String[]::new))
        .contains("rlfr-countdown.yaml", "flowrl-rlfr-countdown.yaml");
  }

  @ParameterizedTest
  @MethodSource("names")
  void aRecipeStatesOnlyTheDifferences(String name) throws IOException {
    assertThat(Files.readAllLines(RECIPES.resolve(name))).hasSizeLessThan(25);
  }

  /** They need a pretrained model, so that they are only read here. */
  @Test
  void theRecipesForARealModelAreReadable() {
    Path real = RECIPES.resolve("real");
    for (String name : List.of("grpo", "flowrl", "rlfr", "flowrl-rlfr", "grpo-full")) {
      TrainRecipe recipe = Recipe.read(real.resolve(name + ".yaml"), List.of(), TrainRecipe.class);
      assertThat(recipe.adapter().isPresent()).isEqualTo(!name.equals("grpo-full"));
      assertThat(recipe.flow().isPresent()).isEqualTo(name.contains("rlfr"));
    }
    assertThat(Recipe.read(real.resolve("sft.yaml"), List.of(), SftRecipe.class).model())
        .isEqualTo(Path.of("models/smollm2-135m-instruct"));
    assertThat(
            Recipe.read(real.resolve("compare.yaml"), List.of(), CompareSpec.class)
                .recipes()
                .keySet())
        .containsExactlyInAnyOrder("grpo", "flowrl", "rlfr", "flowrl-rlfr", "grpo-full");
    assertThat(Recipe.read(real.resolve("field.yaml"), List.of(), FlowTrainRecipe.class).model())
        .isEqualTo(Path.of("runs/real/sft/model"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyRecipeRuns(String name) {
    // An untrained model is never right, so that nothing is mixed.
    String dynamic = name.contains("dapo") ? "curriculum=fixed-order" : "seed=1";
    RunResult result = run(name, directory.resolve("runs").resolve(name), 2, dynamic);

    assertThat(result.steps()).isEqualTo(2);
    assertThat(result.skippedSteps()).isZero();
  }

  @Test
  void dapoReportsThatNoGroupIsEverMixed() {
    assertThatThrownBy(() -> run("countdown-dapo.yaml", directory.resolve("unmixed"), 2))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(
            "curriculum: none of 40 problems got responses with different rewards");
  }

  @ParameterizedTest
  @ValueSource(strings = {"countdown-ppo.yaml", "countdown-flowrl.yaml"})
  void anInterruptedRunResumesWithTheSameResults(String name) {
    Path whole = directory.resolve("whole-" + name);
    Path broken = directory.resolve("broken-" + name);
    String[] settings = {
      "staleness=1",
      "rewards={kl_coef: 0.01, overlong: {buffer_tokens: 8}}",
      "critic.pretrain_steps=0"
    };
    run(name, whole, 4, settings);
    assertThatThrownBy(
            () -> PolicyRun.run(recipe(name, 4, settings), broken, false, new BreaksAfter(3)))
        .hasMessage("broken");
    PolicyRun.run(recipe(name, 4, settings), broken, true, RunListener.SILENT);

    assertThat(weights(whole.resolve("model/model.safetensors")))
        .as("it moved")
        .isNotEqualTo(weights(model.resolve("model.safetensors")));
    for (String part : List.of("model/model.safetensors", "trainer.safetensors")) {
      Path file = Path.of("checkpoints", "step-000004", part);
      assertThat(weights(broken.resolve(file))).isEqualTo(weights(whole.resolve(file)));
    }
  }

  @Test
  void aCriticOfAnotherVocabularyIsRefused() {
    Path other = TinyModel.in(directory, 120);
    assertThatThrownBy(() ->
            run(
                "countdown-ppo.yaml",
                directory.resolve("critic"),
                2,
                "critic.model='" + other + "'"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "critic.model: the vocabulary of %s has 120 tokens, the policy's 111; use a model with the policy's tokenizer"
                .formatted(other));
  }

  private RunResult run(String name, Path out, int steps, String... settings) {
    return PolicyRun.run(recipe(name, steps, settings), out, false, RunListener.SILENT);
  }

  private TrainRecipe recipe(String name, int steps, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model='" + model + "'",
                "steps=" + steps,
                "prompts_per_step=4",
                "rollout.samples=4",
                "rollout.max_new_tokens=8",
                "saving.checkpoint_every_steps=2"));
    if (name.contains("rlfr")) {
      all.add("flow.field='" + field + "'");
    }
    all.addAll(List.of(settings));
    return Recipe.read(RECIPES.resolve(name), all, TrainRecipe.class);
  }

  private static Map<String, List<Float>> weights(Path file) {
    Map<String, List<Float>> weights = new TreeMap<>();
    try (Scope scope = Scope.open();
        Safetensors stored = Safetensors.open(file)) {
      for (String name : stored.names()) {
        Tensor tensor = stored.tensor(name);
        List<Float> values = new ArrayList<>();
        for (float value : tensor.toFloats()) {
          values.add(value);
        }
        weights.put(name, values);
      }
    }
    return weights;
  }
}
