package io.braid.objective.advantage;

import static io.braid.objective.LossesGolden.flat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.AdvantagesGolden;
import io.braid.objective.Estimates;
import io.braid.objective.Estimates.Nested;
import io.braid.objective.advantage.Grpo.Std;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Compares each token's advantage with PyTorch in double precision (parity/advantages.py). */
class AdvantagesAreThoseOfPyTorchTest {
  private static final double CLOSE = 1e-9;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groupNormalised",
        "groupNormalisedPopulation",
        "centred",
        "leaveOneOut",
        "rawOutcome",
        "reinforcePlusPlus.1",
        "reinforcePlusPlus.0.9",
        "reinforcePlusPlusBaseline"
      })
  void withAndWithoutRewardsAtTokens(String name) {
    same(estimator(name), AdvantagesGolden.part("dense").required(name), true);
    same(estimator(name), AdvantagesGolden.part("outcomeOnly").required(name), false);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0.95", "0.99, 0.9", "0.9, 0", "0, 1"})
  void generalizedAdvantagesAndReturns(String discount, String lambda) {
    for (boolean whiten : new boolean[] {false, true}) {
      String name = "gae.%s.%s.%s".formatted(discount, lambda, whiten ? "whitened" : "plain");
      JsonNode golden = AdvantagesGolden.part("dense").required(name);
      Gae estimator =
          new Gae(
              golden.required("discount").asDouble(), golden.required("lambda").asDouble(), whiten);

      Nested advantages = same(estimator, golden, true);

      assertThat(flatten(advantages.returns().orElseThrow()))
          .containsExactly(flat(golden.required("returns")), within(CLOSE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"groupNormalised", "reinforcePlusPlus.1", "gae.1.0.95.whitened"})
  void shapedByEntropy(String name) {
    JsonNode golden = AdvantagesGolden.part("dense").required("entropyShaped." + name);

    same(
        new EntropyShaping(
            estimator(name),
            golden.required("alpha").asDouble(),
            golden.required("kappa").asDouble()),
        golden,
        true);
  }

  @Test
  void onlyAnEstimatorWithACriticReturnsTargets() {
    assertThat(Estimates.of(estimator("centred"), AdvantagesGolden.groups(true)).returns())
        .isEmpty();
    assertThat(
            Estimates.of(
                    new EntropyShaping(estimator("gae.1.0.95.whitened"), 0.4, 2),
                    AdvantagesGolden.groups(true))
                .returns())
        .isPresent();
  }

  private static AdvantageEstimator estimator(String name) {
    return switch (name) {
      case "groupNormalised" -> new Grpo(Std.SAMPLE);
      case "groupNormalisedPopulation" -> new Grpo(Std.POPULATION);
      case "centred" -> new DrGrpo();
      case "leaveOneOut" -> new Rloo();
      case "rawOutcome" -> new Reinforce();
      case "reinforcePlusPlus.1" -> new ReinforcePlusPlus(1);
      case "reinforcePlusPlus.0.9" -> new ReinforcePlusPlus(0.9);
      case "reinforcePlusPlusBaseline" -> new ReinforcePlusPlusBaseline();
      case "gae.1.0.95.whitened" -> new Gae(1, 0.95, true);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Nested same(AdvantageEstimator estimator, JsonNode golden, boolean dense) {
    Nested advantages = Estimates.of(estimator, AdvantagesGolden.groups(dense));

    assertThat(flatten(advantages.values()))
        .containsExactly(flat(golden.required("tokens")), within(CLOSE));
    return advantages;
  }

  private static double[] flatten(List<List<double[]>> numbers) {
    return numbers.stream().flatMap(List::stream).flatMapToDouble(Arrays::stream).toArray();
  }
}
