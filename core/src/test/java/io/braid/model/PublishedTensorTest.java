package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.family.Families;
import io.braid.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of a model's tensors is the one that its parameters are published as. */
class PublishedTensorTest {
  static List<Family> families() {
    return Families.ALL;
  }

  @ParameterizedTest
  @MethodSource("families")
  void namesAndShapesMatchTheModel(Family family) {
    ModelConfig tied = FamilyConfigs.of(family, 24, 16, 20, 2);
    for (ModelConfig config : List.of(tied, tied.untied(), tied.withBiases(true, true, true))) {
      Map<String, List<Long>> listed = new LinkedHashMap<>();
      PublishedTensor.of(config).forEach(each -> listed.put(each.name(), each.shape()));
      Map<String, List<Long>> held = new LinkedHashMap<>();
      try (Transformer model = Transformer.create(config, DType.FLOAT32, 1)) {
        model.views().forEach(view -> held.put(view.name(), view.shape()));
      }
      assertThat(listed).isEqualTo(held);
    }
  }
}
