package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.FamilyConfigs;
import io.braid.model.LoraSettings;
import io.braid.model.ModelConfig;
import io.braid.model.NamedView;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.model.family.Families;
import io.braid.nn.FrozenMatrix;
import io.braid.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the memory estimate with a count by hand. */
class TrainingMemoryTest {
  @Test
  void float32TakesSixteenBytesPerParameterAndBfloat16Twenty() {
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
  void activationsMatchThoseThatALayersBackwardPassKeeps() {
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

  @ParameterizedTest
  @EnumSource
  void adaptersAddTheFrozenMatricesAndSixteenBytesPerParameter(FrozenMatrix.Format base) {
    LoraSettings settings = new LoraSettings(3, 6, false, List.of("q_proj", "down_proj"), base);
    try (Transformer model = TinyModels.create(1)) {
      TrainingMemory memory = TrainingMemory.of(model.config(), settings);
      long weights = 4 * model.parameterCount();
      model.adapt(settings, 1);
      long adapters =
          model.adapters().stream()
              .flatMap(each -> each.parameters().stream())
              .mapToLong(each -> each.tensor().numel())
              .sum();
      assertThat(adapters).isEqualTo(2 * 3 * (16 + 16 + 24 + 16)); // q and down, 2 layers
      long elements = 32 * 16 + 16 * 24; // of q, k and v together, and of down
      long others = 16 * 16 + 48 * 16; // of o, and of gate and up
      long outputs = 32 + 16 + 16 + 48; // of all matrices
      long frozen =
          switch (base) {
            case FLOAT32 -> 4 * elements;
            case BFLOAT16 -> 2 * (elements + others);
            case INT8 -> elements + others + 4 * outputs;
          };
      assertThat(memory.state()).isEqualTo(weights + 2 * frozen + 16 * adapters);
    }
  }

  /** A layer of 13 MB in float32, of whose merged weights only one layer's are in memory. */
  @Test
  void aLargeModelWithASmallBaseHasTheMergedWeightsOfOneLayer() {
    ModelConfig config = FamilyConfigs.of(Families.ALL.getFirst(), 64, 512, 1536, 6);
    LoraSettings settings =
        new LoraSettings(2, 4, false, List.of(LoraSettings.ALL_LINEAR), FrozenMatrix.Format.INT8);
    assertThat(settings.keepsMerged(config.architecture())).isFalse();
    try (Transformer model = new Transformer(config, DType.FLOAT32)) {
      List<NamedView> matrices =
          model.views().stream()
              .filter(view -> view.name().contains("layers.") && view.shape().size() == 2)
              .toList();
      long elements = matrices.stream().mapToLong(NamedView::numel).sum();
      long rows = matrices.stream().mapToLong(view -> view.shape().getFirst()).sum();
      long others = model.parameterCount() - elements;
      model.adaptEmpty(settings, 1);
      long adapters = model.trained().stream().mapToLong(each -> each.tensor().numel()).sum();
      assertThat(TrainingMemory.of(config, settings).weights())
          .isEqualTo(4 * others + elements + 4 * rows + 4 * elements / 6 + 4 * adapters);
    }
  }
}
