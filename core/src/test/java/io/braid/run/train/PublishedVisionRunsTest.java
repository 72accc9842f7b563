package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.flow.FlowContext;
import io.braid.flow.FlowReward;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.input.Precision;
import io.braid.input.Prompting;
import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.PpoClip;
import io.braid.recipe.Recipe;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the recipes of RLFR's runs with images (arXiv 2510.10201) with the numbers of the
 * released scripts. The recipes are read, not run.
 */
class PublishedVisionRunsTest {
  private static final Path RECIPES = Path.of("..", "recipes");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit's
  Path directory;

  @Test
  void everyRecipeIsCompared() throws IOException {
    try (Stream<Path> files = Files.list(RECIPES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.contains("-vl-"))
          .containsExactlyInAnyOrder(
              "flow-qwen2.5-vl-3b.yaml",
              "flow-qwen2.5-vl-7b.yaml",
              "grpo-qwen2.5-vl-3b.yaml",
              "grpo-qwen2.5-vl-7b.yaml",
              "rlfr-qwen2.5-vl-3b.yaml",
              "rlfr-qwen2.5-vl-7b.yaml");
    }
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          recipe,             model,                  tokens
          rlfr-qwen2.5-vl-3b, Qwen2.5-VL-3B-Instruct, 1024
          rlfr-qwen2.5-vl-7b, Qwen2.5-VL-7B-Instruct, 3072
          grpo-qwen2.5-vl-3b, Qwen2.5-VL-3B-Instruct, 1024
          grpo-qwen2.5-vl-7b, Qwen2.5-VL-7B-Instruct, 3072
          """)
  void batches(String name, String model, int tokens) {
    TrainRecipe recipe = read(name);

    assertThat(recipe.model()).isEqualTo(Path.of("models", model));
    assertThat(recipe.prompts().prompting().format().name()).isEqualTo("chat_think_box");
    assertThat(recipe.prompts().asking().maxPromptTokens()).contains(3000);
    assertThat(recipe.prompts().asking().longPrompts()).isEqualTo(Prompting.LongPrompts.DROP);
    assertThat(recipe.compute().freezeVision()).isTrue();
    assertThat(recipe.compute().precision()).isEqualTo(Precision.BFLOAT16);
    assertThat(recipe.steps()).as("5 episodes of 55,000 problems").isEqualTo(5 * (55_000 / 128));
    assertThat(recipe.promptsPerStep()).isEqualTo(128);
    assertThat(recipe.rollout().samples()).isEqualTo(8);
    assertThat(128 * 8 / recipe.trainerSettings().updates())
        .as("responses per optimizer step")
        .isEqualTo(128);
    assertThat(recipe.rollout().temperature()).isEqualTo(1);
    assertThat(recipe.rollout().topP()).isEqualTo(1);
    assertThat(recipe.rollout().topK()).isZero();
    assertThat(recipe.rollout().maxNewTokens()).isEqualTo(tokens);
    assertThat(recipe.advantage()).isEqualTo(new Grpo(Grpo.Std.SAMPLE));
    assertThat(recipe.rewards().klCoef()).isZero();
    assertThat(recipe.rewards().overlong()).isEmpty();
    assertThat(recipe.unreadable()).isEqualTo(OnUnreadable.DROP);
    assertThat(recipe.optimizer()).isEqualTo(cosine(1e-6, 515));
    assertThat(recipe.loss())
        .isEqualTo(
            new PpoClip(
                0.2,
                0.2,
                Optional.of(3.0),
                new Aggregation.SequenceMeanTokenMean(),
                Optional.empty()));
    assertThat(recipe.saving().checkpointEverySteps()).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({"3b, 36, 4, 9, 18, 27", "7b, 28, 6, 7, 14, 21"})
  void flowRewards(String size, int depth, int blocks, int low, int middle, int high) {
    FlowRecipe flow = read("rlfr-qwen2.5-vl-" + size).flow().orElseThrow();

    assertThat(flow.field()).contains(Path.of("runs", "flow-qwen2.5-vl-" + size, "field"));
    assertThat(flow.fresh().numLayersFlow()).isEqualTo(blocks);
    assertThat(flow.fresh().layers(depth)).containsExactly(low, middle, high);
    assertThat(flow.fresh().contexts())
        .containsExactly(new FlowContext(FlowContext.Mode.TOKEN_POST, 1));
    assertThat(flow.deviation()).isEqualTo(new VelocityDeviation(List.of(0.8), true, 1));
    assertThat(flow.reward())
        .isEqualTo(new FlowReward(FlowReward.Normalization.MINMAX, 1, 0.6, 15, 0.01));
    assertThat(flow.sampling()).isEqualTo(new RejectionSampling(true, Optional.empty(), 0));
    assertThat(flow.freezeFlow()).isFalse();
    assertThat(flow.pretrainSteps()).isZero();
    assertThat(flow.optimizer()).contains(cosine(1e-4, 65));
  }

  @ParameterizedTest
  @CsvSource({"3b, 4", "7b, 6"})
  void fields(String size, int blocks) {
    FlowTrainRecipe recipe =
        Recipe.read(
            RECIPES.resolve("flow-qwen2.5-vl-%s.yaml".formatted(size)),
            List.of(),
            FlowTrainRecipe.class);

    assertThat(recipe.model()).isEqualTo(read("rlfr-qwen2.5-vl-" + size).model());
    assertThat(recipe.prompts().prompting().format().name()).isEqualTo("chat");
    assertThat(recipe.prompts().asking().maxPixels()).contains(262_144L);
    assertThat(recipe.prompts().asking().maxPromptTokens()).contains(16_384);
    assertThat(recipe.prompts().asking().longPrompts()).isEqualTo(Prompting.LongPrompts.DROP);
    assertThat(recipe.field())
        .as("the field that scores is of the same kind")
        .isEqualTo(read("rlfr-qwen2.5-vl-" + size).flow().orElseThrow().fresh());
    assertThat(recipe.field().numLayersFlow()).isEqualTo(blocks);
    assertThat(recipe.epochs()).isEqualTo(2);
    assertThat(recipe.batchSize()).isEqualTo(128);
    assertThat(recipe.flowBatchMul()).isEqualTo(4);
    assertThat(recipe.compute().microBatchTokens()).isEqualTo(16_384);
    assertThat(recipe.compute().precision()).isEqualTo(Precision.BFLOAT16);
    assertThat(recipe.optimizer(1000))
        .isEqualTo(
            new OptimizerSettings(
                1e-4, 100, LearningRate.Fall.COSINE, 0, 0.01, 1, 0.9, 0.999, 1e-8));
  }

  /** The published baseline has twice the episodes, longer responses and a KL term. */
  @ParameterizedTest
  @ValueSource(strings = {"3b", "7b"})
  void aBaselineDiffersOnlyInItsFlow(String size) throws IOException {
    assertThat(read("grpo-qwen2.5-vl-" + size))
        .isEqualTo(
            Recipe.read(
                RECIPES.resolve("rlfr-qwen2.5-vl-%s.yaml".formatted(size)),
                List.of("flow=null"),
                TrainRecipe.class));
    assertThat(read("grpo-qwen2.5-vl-" + size).flow()).isEmpty();
  }

  /** Rewards are those of the released reward function: 1 for the answer, 0.5 for the form. */
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      delimiter = '|',
      textBlock =
          """
          gold | response                                                    | reward | correct
          4    | '<think>2 and 2</think> <answer>\\boxed{4}</answer>'        | 1.5    | true
          4    | '<think>2 and 2</think> <answer>4</answer>'                 | 1.5    | true
          4    | '<think>it is 4</think> <answer>5</answer>'                 | 0.5    | false
          4    | 'so \\boxed{4}'                                             | 1      | true
          4    | '<answer>4</answer><think>2 and 2</think>'                  | 1      | true
          4    | '<think>a</think><think>b</think><answer>4</answer>'        | 1      | true
          4    | '<think>2 and 2</think> <answer>3</answer><answer>5</answer>' | 0    | false
          B    | '<think>B is it</think> <answer>B</answer>'                 | 1.5    | true
          B    | '<think>B is it</think> <answer>\\boxed{B}</answer>'        | 1.5    | true
          B    | '<think>B is it</think> <answer>C</answer>'                 | 0.5    | false
          B    | '<think>B is it</think> <answer>B or C</answer>'            | 0.5    | false
          """)
  void rewards(String gold, String response, double reward, boolean correct) {
    Verdict verdict = judge(gold, response);

    assertThat(verdict.reward()).isEqualTo(reward);
    assertThat(verdict.correct()).isEqualTo(correct);
  }

  /** The released reward function gives 1 to every response to such a problem. */
  @Test
  void aReferenceThatCannotBeReadEarnsNothing() {
    String gold = "\\frac{1}{";
    try (Verifier verifier = read("rlfr-qwen2.5-vl-3b").verifier().create()) {
      assertThat(verifier.unreadable(problem(gold))).isPresent();
    }
    assertThat(judge(gold, "so \\boxed{7}").reward()).isZero();
    assertThat(judge(gold, "so \\boxed{7}").correct()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rlfr-qwen2.5-vl-3b", "rlfr-qwen2.5-vl-7b", "grpo-qwen2.5-vl-7b"})
  void theResolvedRecipeIsEquivalent(String name) throws IOException {
    TrainRecipe recipe = read(name);
    Path resolved = Files.writeString(directory.resolve("recipe.yaml"), Recipe.toYaml(recipe));

    assertThat(Recipe.read(resolved, List.of(), TrainRecipe.class)).isEqualTo(recipe);
  }

  private static Verdict judge(String gold, String response) {
    try (Verifier verifier = read("rlfr-qwen2.5-vl-7b").verifier().create()) {
      return verifier.judge(new Submission(problem(gold), response, /* finished= */ true));
    }
  }

  private static Problem problem(String gold) {
    return new Problem("p", "How many?", new Reference.Text(gold));
  }

  /** Returns the released trainer's optimizer, as in {@link PublishedRunsTest}. */
  private static OptimizerSettings cosine(double peak, int warmup) {
    return new OptimizerSettings(
        peak, warmup, LearningRate.Fall.COSINE, 0.1, 0, 1, 0.9, 0.95, 1e-8);
  }

  private static TrainRecipe read(String name) {
    return Recipe.read(RECIPES.resolve(name + ".yaml"), List.of(), TrainRecipe.class);
  }
}
