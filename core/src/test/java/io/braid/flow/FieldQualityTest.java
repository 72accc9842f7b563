package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.flow.FieldQuality.Accumulator;
import io.braid.flow.FlowField.Target;
import io.braid.nn.AdamW;
import io.braid.nn.LearningRate;
import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the quality measures of a field. */
class FieldQualityTest {
  private static final int RESPONSES = 200;

  @Test
  void aurocIsTheFractionOfPairsInOrder() {
    assertThat(auroc(new float[] {1, 2}, new float[] {3, 4})).isEqualTo(1);
    assertThat(auroc(new float[] {3}, new float[] {1, 2})).isZero();
    assertThat(auroc(new float[] {1, 1}, new float[] {1})).isEqualTo(0.5);
    // 0 < 2, 0 < 1, 1 < 2 are in order, 1 and 1 are tied, 3 exceeds both
    assertThat(auroc(new float[] {0, 1, 3}, new float[] {1, 2})).isEqualTo(3.5 / 6);
    assertThat(auroc(new float[] {}, new float[] {1})).isNaN();
  }

  private static double auroc(float[] first, float[] second) {
    return FieldQuality.auroc(List.of(first), List.of(second));
  }

  /** Each response latent is its condition's negative, so the condition determines it. */
  @Test
  void aTrainedFieldRecognisesLatentsAtTheirOwnPosition() {
    FieldSettings settings =
        new FieldSettings(1, List.of(0.0), List.of(FlowContext.Mode.TOKEN_POST), List.of(1));
    try (FlowField field = new FlowField(settings, new Target(8, 1, 1e-6), 1);
        AdamW optimizer =
            new AdamW(
                AdamW.Settings.DEFAULT,
                List.of(
                    new AdamW.Group(
                        field.parameters(),
                        new LearningRate(1e-2, 0, 1, LearningRate.Fall.CONSTANT, 0),
                        0)))) {
      FieldQuality fresh = quality(field);
      for (int step = 0; step < 200; step++) {
        try (Scope scope = Scope.open();
            FlowMatching loss = new FlowMatching(field, 1, new double[] {RESPONSES}, step)) {
          loss.learn(latents(field, step), Tensor.ones(DType.FLOAT32, RESPONSES));
          optimizer.accumulate();
        }
        optimizer.step(0);
      }
      FieldQuality learned = quality(field);

      assertThat(fresh.meanLevel()).isCloseTo(1 + 1, within(0.1)); // Var(h) + Var(ε)
      assertThat(learned.meanLevel()).isEqualTo(fresh.meanLevel());
      assertThat(fresh.shuffledAuroc())
          .isCloseTo(0.5, within(0.05)); // zero velocity ignores the condition
      assertThat(learned.shuffledAuroc()).isGreaterThan(0.9);
      assertThat(learned.foreignAuroc()).isGreaterThan(0.9);
      assertThat(learned.loss()).isEqualTo(0.25);
    }
  }

  private static FieldQuality quality(FlowField field) {
    try (Scope scope = Scope.open()) {
      Accumulator accumulator = new Accumulator(field, VelocityDeviation.PUBLISHED, 5);
      accumulator.add(latents(field, 1_000), 1);
      accumulator.addForeign(latents(field, 1_000).shuffled(9), 1);
      return accumulator.quality(0.25);
    }
  }

  /** Latents of prompts and responses of one token each. */
  private static Latents latents(FlowField field, long seed) {
    int[] ones = new int[RESPONSES];
    Arrays.fill(ones, 1);
    Latents latents = field.latents(Fields.packed(ones, ones));
    try (RandomSource random = new RandomSource(seed)) {
      Tensor prompts = Tensor.randn(random, RESPONSES, 8);
      Tensor both = Tensor.stack(List.of(prompts, prompts.negate()), 1); // [responses, 2, 8]
      latents.see(1, both.reshape(2L * RESPONSES, 8));
    }
    return latents;
  }
}
