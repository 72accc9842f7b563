package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.flow.FlowContext;
import io.braid.flow.FlowReward;
import io.braid.flow.RejectionSampling;
import io.braid.flow.VelocityDeviation;
import io.braid.input.Precision;
import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.loss.Aggregation;
import io.braid.objective.loss.Beta;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.LogZ;
import io.braid.objective.loss.PpoClip;
import io.braid.recipe.Recipe;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.text.PromptFormat;
import io.braid.verify.Rule;
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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the recipes of published runs (RLFR, arXiv 2510.10201; FlowRL, arXiv 2509.15207) with
 * the numbers of the papers and the released scripts. The recipes are read, not run.
 */
class PublishedRunsTest {
  private static final Path RECIPES = Path.of("..", "recipes");

  @TempDir Path directory;

  static List<String> published() throws IOException {
    try (Stream<Path> files = Files.list(RECIPES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("rlfr-") || name.startsWith("flowrl-"))
          .filter(name -> !name.contains("countdown") && !name.equals("rlfr-math.yaml"))
          .filter(name -> !name.contains("-vl-")) // PublishedVisionRunsTest
          .map(name -> name.replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyPublishedRunHasItsPublishedNumbers() throws IOException {
    assertThat(published())
        .containsExactlyInAnyOrder(
            "rlfr-qwen2.5-math-1.5b",
            "rlfr-qwen2.5-math-7b",
            "rlfr-llama3.1-8b",
            "flowrl-qwen2.5-7b-math",
            "flowrl-qwen2.5-32b-math",
            "flowrl-r1-distill-7b-code");
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          recipe,                    model,                       prompt,      steps, prompts, n, updates, batch, temperature, tokens
          rlfr-qwen2.5-math-1.5b,    Qwen2.5-Math-1.5B,           qwen_box,    330,   128,     8, 8,       128,   1.0,         1024
          rlfr-qwen2.5-math-7b,      Qwen2.5-Math-7B,             qwen_box,    330,   128,     8, 8,       128,   1.0,         1024
          rlfr-llama3.1-8b,          Llama-3.1-8B,                llama3_box,  330,   128,     8, 8,       128,   1.0,         1024
          flowrl-qwen2.5-7b-math,    Qwen2.5-7B,                  chat_answer, 3499,  512,     8, 16,      256,   1.0,         8192
          flowrl-qwen2.5-32b-math,   Qwen2.5-32B,                 chat_answer, 3499,  512,     8, 16,      256,   1.0,         8192
          flowrl-r1-distill-7b-code, DeepSeek-R1-Distill-Qwen-7B, chat,        7500,  64,      8, 2,       256,   0.6,         8192
          """)
  void batches(
      String name,
      String model,
      String prompt,
      int steps,
      int prompts,
      int samples,
      int updates,
      int batch,
      double temperature,
      int tokens) {
    TrainRecipe recipe = read(name);

    assertThat(recipe.model()).isEqualTo(Path.of("models", model));
    assertThat(PromptFormat.named(recipe.prompts().prompt()).name()).isEqualTo(prompt);
    assertThat(recipe.steps()).isEqualTo(steps);
    assertThat(recipe.promptsPerStep()).isEqualTo(prompts);
    assertThat(recipe.rollout().samples()).isEqualTo(samples);
    assertThat(recipe.trainerSettings().updates()).isEqualTo(updates);
    assertThat(prompts * samples / updates).as("responses per optimizer step").isEqualTo(batch);
    assertThat(recipe.rollout().temperature()).isEqualTo(temperature);
    assertThat(recipe.rollout().topP()).isEqualTo(1);
    assertThat(recipe.rollout().topK()).isZero();
    assertThat(recipe.rollout().maxNewTokens()).isEqualTo(tokens);
    assertThat(recipe.compute().precision()).isEqualTo(Precision.BFLOAT16);
    assertThat(recipe.advantage()).isEqualTo(new Grpo(Grpo.Std.SAMPLE));
    assertThat(recipe.rewards().klCoef()).isZero();
    assertThat(recipe.rewards().overlong()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          recipe,                 depth, blocks, low, middle, high
          rlfr-qwen2.5-math-1.5b, 28,    4,      7,   14,     21
          rlfr-qwen2.5-math-7b,   28,    6,      7,   14,     21
          rlfr-llama3.1-8b,       32,    6,      8,   16,     24
          """)
  void rlfr(String name, int depth, int blocks, int low, int middle, int high) {
    TrainRecipe recipe = read(name);
    FlowRecipe flow = recipe.flow().orElseThrow();

    assertThat(flow.field()).contains(Path.of("runs", name.replace("rlfr-", "flow-"), "field"));
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
    assertThat(flow.optimizer()).contains(cosine(1e-4, 10));
    assertThat(recipe.optimizer()).isEqualTo(cosine(1e-6, 80));
    assertThat(recipe.loss())
        .isEqualTo(
            new PpoClip(
                0.2,
                0.2,
                Optional.of(3.0),
                new Aggregation.SequenceMeanTokenMean(),
                Optional.empty()));
  }

  /**
   * The prompts match LLaMA-Factory's templates qwen and llama3, with which the fields were
   * trained.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          flow-qwen2.5-math-1.5b | You are Qwen, created by Alibaba Cloud. You are a helpful assistant.
          flow-qwen2.5-math-7b   | You are Qwen, created by Alibaba Cloud. You are a helpful assistant.
          flow-llama3.1-8b       | ''
          """)
  void fieldsSeeThePublishedSystemPrompt(String name, String system) {
    FlowTrainRecipe recipe =
        Recipe.read(RECIPES.resolve(name + ".yaml"), List.of(), FlowTrainRecipe.class);

    assertThat(recipe.prompts().asking().system()).contains(system);
    assertThat(recipe.prompts().prompting().format().name())
        .isEqualTo(system.isEmpty() ? "none" : "chat");
    if (system.isEmpty()) {
      assertThat(recipe.prompts().asking().template().orElseThrow())
          .isEqualTo(
              "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n"
                  + "{{ question }}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
    }
  }

  /** Settings can select the bugs of the published code, but the recipes follow the papers. */
  @Test
  void theRecipesFollowThePapersWhereThePublishedCodeDiffers() {
    TrainRecipe rlfr = read("rlfr-qwen2.5-math-1.5b");
    assertThat(rlfr.rollout().variant()).isEqualTo(RolloutRecipe.Variant.PAPER);
    assertThat(rlfr.flow().orElseThrow().deviation().variant())
        .isEqualTo(VelocityDeviation.Variant.PAPER);
    assertThat(((Flowrl) read("flowrl-qwen2.5-7b-math").loss()).variant())
        .isEqualTo(Flowrl.Variant.PAPER);
  }

  /** Rewards match RuleBasedRMProxy in openrlhf/cli/serve_rm.py. */
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      delimiter = '|',
      textBlock =
          """
          response                                                   | finished | reward | correct
          'so \\boxed{4}'                                           | true     | 1      | true
          'so \\boxed{5}'                                           | true     | 0.5    | false
          'I thought \\boxed{3} at first. It is \\boxed{4}'          | true     | 1      | true
          'so \\boxed{3} or \\boxed{4}'                            | true     | 0.5    | false
          'so \\boxed{4}'                                           | false    | 0      | false
          'so #### 4'                                                | true     | 0      | false
          'so \\boxed{4'                                            | true     | 0      | false
          '\\boxed{4}\\boxed{4}\\boxed{4}\\boxed{4}'              | true     | 1      | true
          '\\boxed{4}\\boxed{4}\\boxed{4}\\boxed{4}\\boxed{4}'   | true     | 0      | false
          'wait, wait, wait, wait, wait, \\boxed{4}'                | true     | 0      | false
          'wait, wait, wait, wait, \\boxed{4}'                      | true     | 1      | true
          '因为二加二等于四，所以 \\boxed{4}'                          | true     | 0      | false
          """)
  void rlfrsReward(String response, boolean finished, double reward, boolean correct) {
    Problem problem = new Problem("p", "2+2", new Reference.Text("4"));
    try (Verifier verifier = read("rlfr-qwen2.5-math-7b").verifier().create()) {
      Verdict verdict = verifier.judge(new Submission(problem, response, finished));

      assertThat(verdict.reward()).isEqualTo(reward);
      assertThat(verdict.correct()).isEqualTo(correct);
    }
  }

  @Test
  void codeIsRewardedIfAllTestsPass() {
    assertThat(read("flowrl-r1-distill-7b-code").verifier())
        .isInstanceOfSatisfying(
            Rule.class, rule -> assertThat(rule.code().partialCredit()).isFalse());
  }

  /**
   * Returns the released trainer's optimizer: 3 % warm-up, cosine decay to a tenth, no weight
   * decay.
   */
  private static OptimizerSettings cosine(double peak, int warmup) {
    return new OptimizerSettings(
        peak, warmup, LearningRate.Fall.COSINE, 0.1, 0, 1, 0.9, 0.95, 1e-8);
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          recipe,                    beta, epsilon, warmup
          flowrl-qwen2.5-7b-math,    15,   0.2,     160
          flowrl-qwen2.5-32b-math,   15,   0.2,     160
          flowrl-r1-distill-7b-code, 15,   0.2,     20
          """)
  void flowrl(String name, double beta, double epsilon, int warmup) {
    TrainRecipe recipe = read(name);

    assertThat(recipe.loss())
        .isEqualTo(
            new Flowrl(
                Beta.of(beta),
                epsilon,
                Flowrl.Variant.PAPER,
                Flowrl.Ratio.SEQUENCE,
                new LogZ.Learned(0.1, 1e-6)));
    assertThat(recipe.optimizer())
        .isEqualTo(
            new OptimizerSettings(
                1e-6, warmup, LearningRate.Fall.CONSTANT, 0, 0.1, 1, 0.9, 0.999, 1e-8));
    assertThat(warmup).as("ten rollouts").isEqualTo(10 * recipe.trainerSettings().updates());
    assertThat(recipe.flow()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("published")
  void theResolvedRecipeIsEquivalent(String name) throws IOException {
    TrainRecipe recipe = read(name);
    Path resolved = Files.writeString(directory.resolve("recipe.yaml"), Recipe.toYaml(recipe));

    assertThat(Recipe.read(resolved, List.of(), TrainRecipe.class)).isEqualTo(recipe);
  }

  private static TrainRecipe read(String name) {
    return Recipe.read(RECIPES.resolve(name + ".yaml"), List.of(), TrainRecipe.class);
  }
}
