package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.ResidentMemory;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.PolicyLoss;
import io.braid.sampling.Sampler;
import io.braid.sampling.ToyTask;
import io.braid.tensor.DType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingKeepsItsMemoryTest {
  private static final int WARM_UP = 600;
  private static final int STEPS = 1000;

  /**
   * Uses the loss with the most memory: it has a reference, prompt states, parameters and noise.
   */
  @Test
  void aThousandStepsTakeNoMoreMemoryThanTheFirstFew() {
    OptimizerSettings optimizer =
        new OptimizerSettings(1e-3, 0, Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
    try (Transformer policy = TinyModels.create(1, DType.FLOAT32, 1);
        Transformer reference = policy.frozenCopy();
        PolicyLoss loss = Flowrl.of(1, 0.2, 0.1, 1e-3).create(16, 1);
        PolicyTrainer trainer =
            new PolicyTrainer(
                policy,
                Optional.of(reference),
                Optional.empty(),
                List.of(),
                ToyTask.sampler(policy, 8, 2, 5, Sampler.Settings.of(2, 1)),
                new Grpo(Std.SAMPLE),
                loss,
                new PolicyTrainer.Settings(
                    STEPS, 2, 1, 8, RewardSettings.PLAIN, Optional.empty(), 1, optimizer))) {
      for (int step = 0; step < WARM_UP; step++) {
        trainer.step(step);
      }
      long before = ResidentMemory.bytes();
      for (int step = 0; step < STEPS; step++) {
        trainer.step(step);
      }
      long after = ResidentMemory.bytes();

      assertThat((double) after / before).isLessThan(1.02);
    }
  }
}
