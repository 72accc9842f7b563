package io.braid.objective.loss;

import static io.braid.objective.LossesGolden.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import io.braid.objective.LossesGolden;
import io.braid.objective.loss.RolloutCorrection.Level;
import io.braid.objective.loss.RolloutCorrection.RejectionSampling;
import io.braid.objective.loss.RolloutCorrection.TruncatedImportanceSampling;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RolloutCorrectionTest {
  @ParameterizedTest
  @EnumSource
  void weightsMatchPyTorch(Level level) {
    JsonNode golden = LossesGolden.part("rolloutWeights");
    String name = level.name().toLowerCase(Locale.ROOT);
    RolloutCorrection truncated =
        new TruncatedImportanceSampling(level, golden.required("cap").asDouble());
    RolloutCorrection mask =
        new RejectionSampling(
            level, golden.required("low").asDouble(), golden.required("high").asDouble());
    List<JsonNode> responses = LossesGolden.responses();

    for (int r = 0; r < responses.size(); r++) {
      float[] old = floats(responses.get(r).required("old"));
      float[] rollout = floats(responses.get(r).required("roll"));
      assertThat(truncated.weights(old, rollout))
          .containsExactly(numbers(golden.required(name + ".truncate").required(r)), within(1e-9));
      assertThat(mask.weights(old, rollout))
          .containsExactly(numbers(golden.required(name + ".reject").required(r)));
    }
  }

  @Test
  void weightsMatchTheirFormulas() {
    Random random = new Random(51);
    for (int round = 0; round < 200; round++) {
      int n = 1 + random.nextInt(8);
      float[] old = new float[n];
      float[] rollout = new float[n];
      double sum = 0;
      for (int t = 0; t < n; t++) {
        old[t] = -3 * random.nextFloat();
        rollout[t] = old[t] + 0.5f * (float) random.nextGaussian();
        sum += (double) old[t] - rollout[t];
      }
      for (Level level : Level.values()) {
        double[] truncated = new TruncatedImportanceSampling(level, 1.4).weights(old, rollout);
        double[] kept = new RejectionSampling(level, 0.6, 1.7).weights(old, rollout);
        for (int t = 0; t < n; t++) {
          double ratio =
              level == Level.SEQUENCE ? Math.exp(sum) : Math.exp((double) old[t] - rollout[t]);
          assertThat(truncated[t]).isCloseTo(ratio > 1.4 ? 1.4 : ratio, within(1e-12));
          assertThat(kept[t]).isEqualTo(ratio < 0.6 || ratio > 1.7 ? 0 : 1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void onPolicyResponsesAreNotCorrected(Level level) {
    float[] same = {-0.25f, -3, -0.01f};

    assertThat(new TruncatedImportanceSampling(level, 1).weights(same, same)).containsOnly(1.0);
    assertThat(new RejectionSampling(level, 0.9, 1.1).weights(same, same)).containsOnly(1.0);
  }

  @Test
  void extremeRatiosGiveFiniteWeights() {
    float[] likely = {-1e-3f, -1e-3f};
    float[] unlikely = {-200, -900};

    assertThat(new TruncatedImportanceSampling(Level.SEQUENCE, 1e9).weights(likely, unlikely))
        .containsOnly(Math.exp(10));
    assertThat(new TruncatedImportanceSampling(Level.SEQUENCE, 2).weights(unlikely, likely))
        .containsOnly(Math.exp(-10));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0, -1, Double.NaN})
  void aCapBelowOneIsRefused(double cap) {
    assertThatThrownBy(() -> new TruncatedImportanceSampling(Level.TOKEN, cap))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cap:");
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "-0.1, 2", "0.5, 1", "NaN, 2", "0.5, NaN"})
  void boundsNotAroundOneAreRefused(double low, double high) {
    assertThatThrownBy(() -> new RejectionSampling(Level.TOKEN, low, high))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("low:");
  }

  private static float[] floats(JsonNode array) {
    double[] numbers = numbers(array);
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
      assertThat((double) floats[i]).isEqualTo(numbers[i]); // otherwise the inputs would differ
    }
    return floats;
  }
}
