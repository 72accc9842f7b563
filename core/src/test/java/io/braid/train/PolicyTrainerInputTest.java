package io.braid.train;

import static io.braid.train.TrainerRun.FAST;
import static io.braid.train.TrainerRun.GRPO;
import static io.braid.train.TrainerRun.HIDDEN;
import static io.braid.train.TrainerRun.ids;
import static io.braid.train.TrainerRun.trainer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.checkpoint.OptimizerState;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.AdamW;
import io.braid.objective.RewardSettings;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.PolicyLoss;
import io.braid.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests settings and checkpoints that a trainer refuses. */
class PolicyTrainerInputTest {
  @Test
  void aGroupOfOneIsRefused() {
    try (Transformer model = TinyModels.create(1)) {
      assertThatThrownBy(() -> trainer(model, 1, 5))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("rollout.samples: a group of 1 is too small");
    }
  }

  @Test
  void anEmptyDataSetIsRefused() {
    try (Transformer model = TinyModels.create(1)) {
      assertThatThrownBy(() -> trainer(model, 4, 0))
          .isInstanceOf(UserError.class)
          .hasMessage("the data set is empty; use one that contains problems");
    }
  }

  @Test
  void aDataSetSmallerThanAStepIsRepeated() {
    try (Transformer model = TinyModels.create(1);
        PolicyTrainer trainer = trainer(model, 4, 1)) {
      assertThat(ids(trainer.step(0))).containsExactly("toy:0", "toy:0", "toy:0");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1, steps",
    "1, 1, 0, 1, epochs",
    "1, 1, 1, 0, micro_batch_tokens",
    "1, 0, 1, 1, mini_batches"
  })
  void settingsOutOfRangeAreRefused(
      int steps, int miniBatches, int epochs, int tokens, String key) {
    assertThatThrownBy(() ->
            new PolicyTrainer.Settings(
                steps,
                miniBatches,
                epochs,
                tokens,
                RewardSettings.PLAIN,
                Optional.empty(),
                1,
                FAST))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(key + ":");
  }

  @Test
  void theCheckpointOfAShallowerModelIsRefused(@TempDir Path directory) {
    try (TrainerRun run = new TrainerRun(GRPO, FAST, 1, 40);
        Transformer other = TinyModels.create(1, DType.FLOAT32, 1);
        PolicyTrainer saving = trainer(other, 4, 5)) {
      saving.parts().save(directory);

      assertThatThrownBy(() -> run.trainer.parts().restore(directory))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(directory.resolve("trainer.safetensors").toString())
          .hasMessageContaining("contains no tensor named first_moment.model.layers.1.");
    }
  }

  @Test
  void theCheckpointOfAWiderModelIsRefused(@TempDir Path directory) {
    LossSettings flowRl = Flowrl.of(1, 0.2, 0, 1);
    try (PolicyLoss wide = flowRl.create(2 * HIDDEN, 1);
        PolicyLoss narrow = flowRl.create(HIDDEN, 1);
        AdamW saved = optimizer(wide);
        AdamW restored = optimizer(narrow)) {
      Path file = directory.resolve(OptimizerState.FILE);
      OptimizerState.save(file, saved, wide.parameters());

      assertThatThrownBy(() -> OptimizerState.restore(file, restored, narrow.parameters()))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(directory.resolve("trainer.safetensors").toString())
          .hasMessageContaining("has shape [32, 32], but this run's has [16, 16]");
    }
  }

  @Test
  void aCheckpointWithoutItsTrainerIsRefused(@TempDir Path directory) {
    try (TrainerRun run = new TrainerRun(GRPO, FAST, 1, 40)) {
      assertThatThrownBy(() -> run.trainer.parts().restore(directory))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(
              "contains no trainer.safetensors, curriculum.txt, which this recipe's checkpoints"
                  + " must contain");
    }
  }

  private static AdamW optimizer(PolicyLoss loss) {
    return new AdamW(FAST.adam(), List.of(FAST.group(loss.parameters(), 1)));
  }
}
