package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.model.ModelConfig.Rope;
import io.braid.model.family.Llama;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.RowProducts;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExactnessTest {
  @Test
  void sixteenBitModelsAreNotExact() {
    try (Transformer model = TinyModels.create(1, DType.BFLOAT16, 1)) {
      assertThat(Exactness.obstacle(model)).hasValue("its weights are bfloat16");
    }
  }

  @Test
  void aModelWithHeadsThatFillNoVectorIsNotExact() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    try (Transformer model = withHeadsOf(2)) {
      assertThat(Exactness.obstacle(model).orElseThrow())
          .contains("vector length, " + Backend.current().vectors().lanes());
    }
  }

  @Test
  void otherModelsAreExactIfTheMachinesProductsAre() {
    assumeTrue(Backend.current().hasVectors(), "the JVM runs without the Vector API");
    try (Transformer model = withHeadsOf(16)) {
      if (RowProducts.exact()) {
        assertThat(Exactness.obstacle(model)).isEmpty();
      } else {
        assertThat(Exactness.obstacle(model).orElseThrow()).contains("depends on the other rows");
      }
    }
  }

  /** The first token of a response is drawn from the scores of as few rows as there are prompts. */
  @Test
  void scoresOfFewRowsMatchThoseOfMany() {
    assumeTrue(
        RowProducts.exact(),
        "this machine's matrix products give a row other bits beside other rows");
    try (Transformer model = withHeadsOf(16);
        Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(3)) {
      model.attendExactly();
      Tensor hidden = Tensor.randn(random, 20, 32);
      Tensor all = model.logits(hidden);
      for (int rows = 1; rows < 10; rows++) {
        assertThat(model.logits(hidden.narrow(0, 2, rows)).sameAs(all.narrow(0, 2, rows)))
            .as("%d rows", rows)
            .isTrue();
      }
    }
  }

  private static Transformer withHeadsOf(int d) {
    return Transformer.create(
        new ModelConfig(
            new Llama(),
            50,
            32,
            48,
            1,
            2,
            1,
            d,
            1e-6,
            new Rope(1e4, Optional.empty()),
            true,
            false,
            false,
            false,
            64,
            0.1),
        DType.FLOAT32,
        1);
  }
}
