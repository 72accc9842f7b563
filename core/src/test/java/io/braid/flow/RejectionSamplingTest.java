package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.braid.UserError;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RejectionSamplingTest {
  private static final float[] ENTROPIES = {0.1f, 0.4f, 0.2f, 0.9f};

  @Test
  void selectsResponsesWithTheFullReward() {
    RejectionSampling sampling = RejectionSampling.PUBLISHED;

    assertThat(sampling.ofResponse(1)).isEqualTo(1);
    assertThat(sampling.ofResponse(1.5)).isEqualTo(1);
    assertThat(sampling.ofResponse(0.999)).isEqualTo(0);
    assertThat(sampling.ofResponse(-1)).isEqualTo(0);
  }

  @Test
  void otherResponsesMayHaveASmallOrEqualWeight() {
    assertThat(new RejectionSampling(true, Optional.empty(), 0.25).ofResponse(0)).isEqualTo(0.25);
    assertThat(new RejectionSampling(false, Optional.empty(), 0.25).ofResponse(0)).isEqualTo(1);
  }

  @Test
  void withoutAQuantileTokensHaveEqualWeights() {
    assertThat(RejectionSampling.PUBLISHED.usesEntropies()).isFalse();
    assertThat(RejectionSampling.PUBLISHED.ofTokens(4, Optional.empty()))
        .containsExactly(0.25f, 0.25f, 0.25f, 0.25f);
  }

  /** torch.quantile of the entropies at 0.5 is 0.3, at 0.25 it is 0.175, at 0.9 it is 0.75. */
  @Test
  void selectsTokensByAnInterpolatedQuantileOfEntropy() {
    assertThat(ofTokens(0.5, 0)).containsExactly(0, 0.5f, 0, 0.5f);
    assertThat(ofTokens(0.25, 0)[0]).isZero();
    assertThat(ofTokens(0.25, 0)[2]).isCloseTo(1 / 3f, within(1e-7f));
    assertThat(ofTokens(0.9, 0)).containsExactly(0, 0, 0, 1);
    assertThat(ofTokens(1, 0)).containsExactly(0, 0, 0, 1);
    assertThat(ofTokens(0, 0)).containsExactly(0.25f, 0.25f, 0.25f, 0.25f);
  }

  @Test
  void selectsATokenAtTheQuantile() {
    assertThat(
            new RejectionSampling(true, Optional.of(0.5), 0)
                .ofTokens(3, Optional.of(new float[] {0.3f, 0.1f, 0.2f})))
        .containsExactly(0.5f, 0, 0.5f);
  }

  @Test
  void otherTokensMayHaveASmallWeight() {
    assertThat(ofTokens(0.5, 0.5))
        .containsExactly(new float[] {1 / 6f, 2 / 6f, 1 / 6f, 2 / 6f}, within(1e-7f));
  }

  @Property(tries = 300, seed = "17")
  void aResponsesWeightsSumToOne(@ForAll @IntRange(min = 1, max = 50) int length) {
    Random random = new Random(length);
    float[] entropies = new float[length];
    for (int t = 0; t < length; t++) {
      entropies[t] = random.nextInt(6) / 4f; // ties too
    }

    float[] weights =
        new RejectionSampling(true, Optional.of(random.nextDouble()), random.nextInt(2) * 0.3)
            .ofTokens(length, Optional.of(entropies));

    double sum = 0;
    for (float weight : weights) {
      assertThat(weight).isNotNegative();
      sum += weight;
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesFractionsOutsideZeroToOne(double share) {
    assertThatThrownBy(() -> new RejectionSampling(true, Optional.of(share), 0))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("trajectory_entropy: ");
    assertThatThrownBy(() -> new RejectionSampling(true, Optional.empty(), share))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("soft_flow: ");
  }

  private static float[] ofTokens(double quantile, double soft) {
    return new RejectionSampling(true, Optional.of(quantile), soft)
        .ofTokens(ENTROPIES.length, Optional.of(ENTROPIES));
  }
}
