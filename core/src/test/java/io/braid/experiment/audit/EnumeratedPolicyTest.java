package io.braid.experiment.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.experiment.audit.ModesTask.Mode;
import io.braid.model.ModelConfig;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.model.family.Qwen2;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnumeratedPolicyTest {
  private static final int SAMPLES = 20_000;
  private static final ModesTask TASK = new ModesTask(3, 3, List.of(new Mode("abc", 1)));

  private static Transformer model() {
    ModelConfig config =
        new ModelConfig(
            new Qwen2(),
            TASK.letters(),
            /* hiddenSize= */ 16,
            /* intermediateSize= */ 24,
            /* layers= */ 2,
            /* heads= */ 2,
            /* kvHeads= */ 1,
            /* headDim= */ 8,
            1e-6,
            new ModelConfig.Rope(10_000, Optional.empty()),
            false,
            true,
            false,
            false,
            /* maxPositions= */ 4,
            /* initializerRange= */ 0.3);
    Transformer model = Transformer.create(config, DType.FLOAT32, 4);
    model.attendExactly();
    return model;
  }

  private static List<Response> sampled(Transformer model) {
    SamplingSettings settings = new SamplingSettings(SAMPLES, 1, 1, 0, 3, 3, List.of(), List.of());
    return new Rollout(model, settings, ModesTask::letters, 1L << 28)
        .sample(List.of(TASK.problem().prompt()), 9)
        .getFirst()
        .responses();
  }

  @Test
  void probabilitiesOfAllStringsSumToOne() {
    try (Transformer model = model()) {
      double[] logProbs = EnumeratedPolicy.logProbs(model, TASK);

      assertThat(logProbs).hasSize(27);
      assertThat(Arrays.stream(logProbs).map(Math::exp).sum()).isCloseTo(1, within(1e-12));
      assertThat(Arrays.stream(logProbs).max().orElseThrow())
          .as("not uniform")
          .isGreaterThan(Math.log(2.0 / 27));
    }
  }

  @Test
  void probabilitiesMatchTheRolloutsSamples() {
    try (Transformer model = model()) {
      double[] logProbs = EnumeratedPolicy.logProbs(model, TASK);
      int[] counts = new int[27];
      for (Response response : sampled(model)) {
        int string = TASK.number(response.text());
        counts[string]++;
        double said = 0;
        for (float token : response.logProbs()) {
          said += token;
        }
        assertThat(said).isCloseTo(logProbs[string], within(1e-5));
      }
      for (int string = 0; string < 27; string++) {
        double p = Math.exp(logProbs[string]);
        double deviation = Math.sqrt(p * (1 - p) / SAMPLES);
        assertThat(counts[string] / (double) SAMPLES)
            .as(TASK.text(string))
            .isCloseTo(p, within(4.5 * deviation));
      }
    }
  }

  @Test
  void refusesAModelWithAnotherVocabulary() {
    try (Transformer model = TinyModels.create(1)) {
      assertThatThrownBy(() -> EnumeratedPolicy.logProbs(model, TASK))
          .hasMessageContaining("a vocabulary of 24 but the task has 3 letters");
    }
  }
}
