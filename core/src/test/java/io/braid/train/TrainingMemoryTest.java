package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.ModelConfig;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import org.junit.jupiter.api.Test;

/** The estimate of memory, counted by hand. */
class TrainingMemoryTest {
  @Test
  void float32TakesSixteenBytesForEachParameterAndBfloat16Twenty() {
    try (Transformer model = TinyModels.create(1)) {
      ModelConfig config = model.config();
      long parameters = model.parameterCount();
      assertThat(TrainingMemory.parameters(config)).isEqualTo(parameters);
      assertThat(TrainingMemory.of(config, DType.FLOAT32).state()).isEqualTo(16 * parameters);
      assertThat(TrainingMemory.of(config, DType.BFLOAT16).state()).isEqualTo(20 * parameters);
    }
  }

  /** Hidden 16, intermediate 24, 2 layers, 2 query heads and 1 key head of 8 dimensions. */
  @Test
  void activationsAreWhatTheBackwardPassOfALayerHolds() {
    try (Transformer model = TinyModels.create(1)) {
      TrainingMemory memory = TrainingMemory.of(model.config(), DType.FLOAT32);
      long attention = 16 + 32 + 16 + 16; // normed; query, key, value; attended; out
      long gated = 16 + 48 + 24 + 16; // normed; gate and up; product; out
      assertThat(memory.recomputed()).isEqualTo(4 * (attention + gated));
      assertThat(memory.activations()).isEqualTo(2 * memory.recomputed());
      assertThat(memory.checkpointed()).isEqualTo(4 * 2 * 16);
      assertThat(TrainingMemory.cache(model.config(), DType.FLOAT32)).isEqualTo(2 * 2 * 8 * 4);
    }
  }
}
