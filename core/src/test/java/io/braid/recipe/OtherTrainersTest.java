package io.braid.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.run.train.FlowTrainRecipe;
import io.braid.run.train.SftRecipe;
import io.braid.run.train.TrainRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of other trainers' settings, the answers made of it, and its page. {@code
 * -Dbraid.write.pages=true} writes the page anew.
 */
class OtherTrainersTest {
  private static final Path PAGE = Path.of("..", "docs", "from-trl-and-verl.md");
  private static final OtherTrainers TABLE = OtherTrainers.read();

  private static final String HEAD =
      """
      # From TRL and verl

      <!-- Made from core/src/main/resources/io/braid/recipe/other-trainers.yaml by OtherTrainersTest: do not edit. -->

      These are the settings of TRL (with PEFT) and verl, and the keys of Braid's recipes for the same purpose. If a recipe, or a setting on the command line, has one of these words, the error names Braid's key:

      ```
      $ ./braid train recipes/countdown-grpo.yaml num_generations=8
      braid: command line 'num_generations=8': num_generations: no such key; TRL's num_generations is rollout.samples in Braid (responses per prompt)
      ```

      Keys that are the same in Braid, such as `seed`, are left out. If several of Braid's keys are listed, recipes of `train`, `sft` and `flow train` may have different ones; [recipes.md](recipes.md) lists the keys of each. A name of verl is the end of its path.

      | TRL and PEFT | verl | Braid | |
      | --- | --- | --- | --- |
      """;

  @TempDir private Path directory = Path.of("");

  private static Set<String> keys() {
    return Stream.of(TrainRecipe.class, SftRecipe.class, FlowTrainRecipe.class)
        .flatMap(recipe -> KeyPaths.of(recipe).stream())
        .collect(Collectors.toSet());
  }

  @Test
  void everyBraidWordIsAKey() {
    Set<String> keys = keys();
    assertThat(TABLE.settings()).hasSizeGreaterThan(60);
    assertThat(TABLE.settings().stream().flatMap(each -> each.braid().stream())).isSubsetOf(keys);
    Pattern path = Pattern.compile("\\b[a-z_]+(?:\\.[a-z_]+)+\\b(?!/)");
    Set<String> files = Set.of("metrics.jsonl", "verl.md", "rewards.md");
    for (OtherTrainers.Equivalent each : TABLE.settings()) {
      assertThat(path.matcher(each.note().orElse("")).results().map(found -> found.group()))
          .allMatch(word -> keys.contains(word) || files.contains(word));
    }
  }

  @Test
  void everyWordHasOneAnswer() {
    Set<String> seen = new HashSet<>();
    TABLE.settings().stream()
        .flatMap(each -> Stream.concat(each.trl().stream(), each.verl().stream()))
        .forEach(word -> assertThat(seen.add(word)).as(word).isTrue());
    // otherwise the answer would say nothing
    assertThat(TABLE.settings())
        .allMatch(each -> !each.braid().isEmpty() || each.note().isPresent())
        .allMatch(each -> !each.trl().isEmpty() || !each.verl().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          num_generations=8 | num_generations: no such key; TRL's num_generations is rollout.samples in Braid (responses per prompt)
          max_completion_length=8 | TRL's max_completion_length is rollout.max_new_tokens in Braid
          learning_rate=1e-6 | learning_rate: no such key; TRL's learning_rate is optimizer.learning_rate in Braid
          gradient_accumulation_steps=4 | is prompts_per_step, mini_batches in Braid (
          per_device_train_batch_size=4 | is micro_batch_tokens in Braid (
          kl_coef=0.1 | TRL's kl_coef is rewards.kl_coef in Braid (
          lora.rank=8 | lora: no such key; TRL's lora.rank is adapter.rank in Braid
          lora_r=8 | lora_r: no such key; TRL's lora_r is adapter.rank in Braid
          epsilon_high=0.28 | TRL's epsilon_high is loss.epsilon_high in Braid
          loss={type: ppo-clip, beta: 0.1} | loss.beta: no such key; TRL's beta is loss.kl.coef in Braid (
          loss_type=dapo | TRL's loss_type is loss, loss.aggregation, advantage in Braid (
          scale_rewards=false | TRL's scale_rewards is advantage in Braid (
          use_vllm=true | use_vllm: no such key; Braid has no setting for TRL's use_vllm (
          bf16=true | TRL's bf16 is precision in Braid (bfloat16 or float32)
          actor_rollout_ref.rollout.n=8 | actor_rollout_ref: no such key; verl's rollout.n is rollout.samples in Braid (
          actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu=8 | verl's ppo_micro_batch_size_per_gpu is micro_batch_tokens in Braid (
          actor_rollout_ref.actor.strategy=fsdp | Braid has no setting for verl's actor_rollout_ref (its
          actor_rollout_ref= | Braid has no setting for verl's actor_rollout_ref (its
          ppo_micro_batch_size_per_gpu=8 | is micro_batch_tokens in Braid (
          data.train_files=a.parquet | data.train_files: no such key; verl's data.train_files is data in Braid (
          rollout.n=8 | rollout.n: no such key; verl's rollout.n is rollout.samples in Braid (
          algorithm.kl_ctrl.kl_coef=0.1 | is rewards.kl_coef in Braid (
          """)
  void anotherTrainersKeyIsAnsweredWithBraids(String setting, String expected) {
    assertThatThrownBy(() ->
            Recipe.of(
                Stream.of("model=m", "data=countdown", "steps=1", setting)
                    .map(Overlay::of)
                    .toList(),
                TrainRecipe.class))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("command line '" + setting)
        .hasMessageContaining(expected);
  }

  @Test
  void theAnswerFitsTheKindOfRecipe() throws IOException {
    Path file = Files.writeString(directory.resolve("r.yaml"), "model: m\ndata: d\n");
    assertThatThrownBy(() -> Recipe.read(file, List.of("lr=1"), SftRecipe.class))
        .hasMessageContaining("lr: no such key; TRL's lr is optimizer.learning_rate in Braid");
    assertThatThrownBy(() -> Recipe.read(file, List.of("lr=1"), FlowTrainRecipe.class))
        .hasMessageContaining("lr: no such key; TRL's lr is learning_rate in Braid");
    assertThatThrownBy(() -> Recipe.read(file, List.of("num_generations=1"), SftRecipe.class))
        .hasMessageContaining(
            "TRL's num_generations is rollout.samples in Braid, which this kind of recipe does not"
                + " have");
    assertThatThrownBy(() -> Recipe.read(file, List.of("optimiser.lr=1"), SftRecipe.class))
        .hasMessageContaining("optimiser: no such key; TRL's lr is optimizer.learning_rate");
  }

  @Test
  void aMistypedKeyStillGetsTheNearestOne() {
    List<Overlay> overlays =
        Stream.of("model=m", "data=d", "steps=1", "loss={type: flowrl, beta: 1, epsilon_high: 1}")
            .map(Overlay::of)
            .toList();
    assertThatThrownBy(() -> Recipe.of(overlays, TrainRecipe.class))
        .hasMessageContaining("loss.epsilon_high: no such key; known: beta, epsilon");
  }

  @Test
  void thePageIsTheTable() throws IOException {
    String page =
        HEAD + TABLE.settings().stream().map(OtherTrainersTest::row).collect(Collectors.joining());
    if (Boolean.getBoolean("braid.write.pages")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("write it anew with -Dbraid.write.pages=true").content().isEqualTo(page);
  }

  private static String row(OtherTrainers.Equivalent each) {
    return "| %s | %s | %s | %s |\n"
        .formatted(
            names(each.trl()),
            names(each.verl()),
            each.braid().isEmpty() ? "none" : names(each.braid()),
            each.note().orElse(""));
  }

  private static String names(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }
}
