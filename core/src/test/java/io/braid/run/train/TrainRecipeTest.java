package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.model.RolloutWeights;
import io.braid.recipe.Recipe;
import io.braid.sampling.PacedRl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which settings of a recipe are compatible. */
class TrainRecipeTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"grpo", "dr-grpo", "rloo", "reinforce-plus-plus-baseline", "entropy-shaping"})
  void aGroupOfOneIsRefusedByEveryEstimatorThatComparesItsResponses(String advantage)
      throws IOException {
    assertThatThrownBy(() -> read("rollout.samples=1", "advantage=" + advantage))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("rollout.samples: a group of 1 is too small")
        .hasMessageContaining("use at least 2");
    assertThat(read("rollout.samples=2", "advantage=" + advantage).rollout().samples())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reinforce-plus-plus", "gae", "reinforce"})
  void aGroupOfOneIsEnoughForTheOthers(String advantage) throws IOException {
    assertThat(read("rollout.samples=1", "advantage=" + advantage).rollout().samples())
        .isEqualTo(1);
  }

  @Test
  void k1InTheLossIsRefused() {
    assertThatThrownBy(() -> read("loss={type: ppo-clip, kl: {estimator: k1, coef: 0.1}}"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("k1 has no effect in a loss")
        .hasMessageContaining("use k2 or k3");
  }

  @ParameterizedTest
  @CsvSource({
    "truncated-importance-sampling, flowrl, false",
    "rejection-sampling, flowrl, false",
    "truncated-importance-sampling, ppo-clip, true",
    "rejection-sampling, gspo, true",
    "truncated-importance-sampling, cispo, true"
  })
  void tokenWeightsRequireATokenLoss(String correction, String loss, boolean goes)
      throws IOException {
    if (goes) {
      assertThat(read("rollout_correction=" + correction, "loss=" + loss).rolloutCorrection())
          .isPresent();
    } else {
      assertThatThrownBy(() -> read("rollout_correction=" + correction, "loss=" + loss))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("correction.level:")
          .hasMessageContaining("use sequence");
    }
  }

  private static final String DISA = "loss={type: flowrl, beta: 2, log_z: {type: disa}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        DISA + " | advantage=grpo | advantage: the loss needs unchanged rewards",
        DISA + " | rewards.kl_coef=0.1 | rewards: token rewards that depend on the policy",
        DISA + " | rewards.entropy_coef=0.1 | rewards: token rewards that depend",
        DISA + " | flow={} | flow: token rewards that depend on the policy",
        DISA + " | rollout.variant=released | rollout.variant: released writes end tokens",
        "curriculum=paced-rl | loss=ppo-clip | curriculum: chooses problems by what this loss does"
            + " not",
        "curriculum=paced-rl | loss.log_z=group-mean | curriculum: chooses problems by what this"
            + " loss",
        "curriculum=paced-rl | advantage=grpo | advantage: the curriculum needs unchanged rewards",
      })
  void settingsThatNeedUnchangedRewardsSaySo(String one, String other, String message) {
    assertThatThrownBy(() -> read("loss=flowrl", "advantage=reinforce", one, other))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void disaAndPacedRlWorkTogetherWithUnchangedRewards() throws IOException {
    assertThat(read("advantage=reinforce", DISA, "curriculum=paced-rl").curriculum())
        .isEqualTo(new PacedRl(0.5, 2, 0.25, 128));
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "bfloat16"})
  void rolloutsWithOtherWeightsRequireACorrection(String weights) throws IOException {
    assertThatThrownBy(() -> read("rollout.weights=" + weights))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("rollout.weights:")
        .hasMessageContaining("add 'rollout_correction: {type: truncated-importance-sampling}'");
    TrainRecipe recipe =
        read("rollout.weights=" + weights, "rollout_correction=truncated-importance-sampling");
    assertThat(recipe.samplerSettings().weights()).isEqualTo(recipe.rollout().weights());
    assertThat(read().rollout().weights()).isEqualTo(RolloutWeights.AS_TRAINED);
  }

  @Test
  void anEndTokenIsWrittenOnlyIfTheRecipeRequestsItAndTheModelHasOne() throws IOException {
    assertThat(read().samplerSettings(Optional.of(7L)).endAtLimit()).isEmpty();
    TrainRecipe released = read("rollout.variant=released");
    assertThat(released.samplerSettings(Optional.of(7L)).endAtLimit()).hasValue(7);
    assertThatThrownBy(() -> released.samplerSettings(Optional.empty()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("rollout.variant: ")
        .hasMessageContaining("add eos_token_id to generation_config.json");
    assertThatThrownBy(() ->
            read("rollout.variant=released", "rollout_correction=truncated-importance-sampling"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("rollout.variant:")
        .hasMessageContaining("remove rollout_correction");
  }

  private TrainRecipe read(String... overrides) throws IOException {
    Path file = directory.resolve("recipe.yaml");
    Files.writeString(
        file,
        """
        model: nowhere
        data: countdown
        steps: 1
        prompts_per_step: 2
        rollout:
          max_new_tokens: 4
        """);
    return Recipe.read(file, List.of(overrides), TrainRecipe.class);
  }
}
