package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.checkpoint.AdapterFiles;
import io.braid.model.LoraSettings;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.model.family.Llama;
import io.braid.nn.FrozenMatrix.Format;
import io.braid.nn.LearningRate.Fall;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.advantage.Grpo;
import io.braid.objective.advantage.Grpo.Std;
import io.braid.objective.loss.Flowrl;
import io.braid.sampling.Sampler;
import io.braid.sampling.ToyTask;
import io.braid.tensor.DType;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import io.braid.verify.VerdictMetrics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests training of low-rank adapters: rollouts use them, and the reference does not. */
class AdapterRunsTest {
  private static final OptimizerSettings FAST =
      new OptimizerSettings(0.02, 0, Fall.CONSTANT, 0, 0.01, 1, 0.9, 0.999, 1e-8);

  private static LoraSettings lora(Format base) {
    return new LoraSettings(4, 8, false, List.of(LoraSettings.ALL_LINEAR), base);
  }

  /**
   * Creates a model whose heads fill the vectors of any processor, so that Braid's own loops
   * compute it.
   */
  private static Transformer model() {
    ModelConfig config =
        new ModelConfig(
            new Llama(),
            24,
            /* hiddenSize= */ 32,
            /* intermediateSize= */ 64,
            /* layers= */ 2,
            /* heads= */ 2,
            /* kvHeads= */ 1,
            /* headDim= */ 16,
            1e-6,
            new ModelConfig.Rope(10_000, Optional.empty()),
            /* tiedEmbeddings= */ true,
            /* attentionBias= */ false,
            /* outputBias= */ false,
            /* mlpBias= */ false,
            48,
            /* initializerRange= */ 0.3);
    return Transformer.create(config, DType.FLOAT32, 1);
  }

  private static final class Run implements AutoCloseable {
    final Transformer policy = model();
    final Transformer other = model();
    final PolicyTrainer trainer;

    Run(Format base) {
      this(base, /* apart= */ false);
    }

    /**
     * Creates a run. * * @param apart whether the reference is a separate model that equals the
     * policy's base
     */
    Run(Format base, boolean apart) {
      policy.adapt(lora(base), 7);
      trainer =
          new PolicyTrainer(
              policy,
              Optional.of(apart ? other : policy), // the policy without its adapters
              Optional.empty(),
              List.of(),
              ToyTask.sampler(policy, 5, 4, 6, Sampler.Settings.of(3, 1)),
              new Grpo(Std.SAMPLE),
              Flowrl.of(1, 0.2, /* dropout= */ 0, 0.01).create(32, 1),
              PolicyTrainer.Settings.of(60, 60, 1, FAST));
    }

    List<String> step(int number) {
      return trainer.step(number).trajectories().get(Column.TEXT);
    }

    @Override
    public void close() {
      trainer.close();
      other.close();
      policy.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void rolloutsMatchThePolicyForEveryBaseFormat(Format base) {
    try (Run run = new Run(base);
        Run still = new Run(base)) {
      for (int step = 0; step < 4; step++) {
        StepReport report = run.trainer.step(step);
        assertThat(report.metric(StepMetrics.MISMATCH_MAX)).isLessThan(1e-5);
      }
      // The same problems and seeds, sampled by the policy before training.
      assertThat(run.step(4)).isNotEqualTo(still.step(4));
    }
  }

  @Test
  void theReferenceIsTheModelWithoutItsAdapters() {
    try (Run own = new Run(Format.FLOAT32);
        Run apart = new Run(Format.FLOAT32, /* apart= */ true)) {
      for (int step = 0; step < 3; step++) {
        Trajectories t = own.trainer.step(step).trajectories();
        Trajectories expected = apart.trainer.step(step).trajectories();
        assertThat(t.get(Column.REF_LOG_PROBS)).isEqualTo(expected.get(Column.REF_LOG_PROBS));
        assertThat(t.get(Column.ROLLOUT_LOG_PROBS))
            .isEqualTo(expected.get(Column.ROLLOUT_LOG_PROBS));
        if (step > 0) {
          assertThat(t.get(Column.REF_LOG_PROBS)).isNotEqualTo(t.get(Column.ROLLOUT_LOG_PROBS));
        }
      }
      Weights.same(Weights.of(own.policy), Weights.of(apart.policy));
    }
  }

  @Test
  void onlyTheAdaptersChangeAndRewardsRise() {
    try (Run run = new Run(Format.INT8)) {
      Map<String, float[]> before;
      try (Transformer.WithoutAdapters base = run.policy.withoutAdapters()) {
        before = Weights.of(run.policy);
      }
      double reward = 0;
      for (int step = 0; step < 60 && reward < 0.9; step++) {
        reward = run.trainer.step(step).metric(VerdictMetrics.REWARD);
      }
      assertThat(reward).isGreaterThanOrEqualTo(0.9);
      try (Transformer.WithoutAdapters base = run.policy.withoutAdapters()) {
        Weights.same(Weights.of(run.policy), before);
      }
    }
  }

  @Test
  void aResumedRunMatchesAnUninterruptedOne(@TempDir Path directory) {
    try (Run whole = new Run(Format.BFLOAT16);
        Run first = new Run(Format.BFLOAT16);
        Run second = new Run(Format.BFLOAT16)) {
      for (int step = 0; step < 4; step++) {
        whole.trainer.step(step);
      }
      first.trainer.step(0);
      first.trainer.step(1);
      Path adapter = directory.resolve("adapter");
      AdapterFiles.savePart(adapter, first.policy, lora(Format.BFLOAT16), Path.of("base"));
      first.trainer.parts().save(directory);

      AdapterFiles.restore(adapter, second.policy);
      second.trainer.parts().restore(directory);
      second.trainer.step(2);
      second.trainer.step(3);

      Weights.same(Weights.of(second.policy), Weights.of(whole.policy));
      Weights.same(Weights.of(second.policy.trained()), Weights.of(whole.policy.trained()));
    }
  }
}
