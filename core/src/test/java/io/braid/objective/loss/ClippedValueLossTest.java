package io.braid.objective.loss;

import static io.braid.objective.LossesGolden.flat;
import static io.braid.objective.LossesGolden.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.LossesGolden;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ClippedValueLossTest {
  /** The value and gradients of a loss. */
  @SuppressWarnings("ArrayRecordComponent") // compared number by number
  private record Outcome(double loss, double[] slopes) {}

  @Test
  void valueAndGradientMatchPyTorch() {
    JsonNode golden = LossesGolden.part("valueLoss");

    Outcome outcome =
        outcome(
            golden.required("eps").asDouble(),
            ofResponses("value"),
            ofResponses("oldValue"),
            ofResponses("return"),
            ofResponses("value").length);

    assertThat(outcome.loss()).isCloseTo(golden.required("loss").asDouble(), within(1e-6));
    assertThat(outcome.slopes()).containsExactly(flat(golden.required("gradValue")), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, Double.POSITIVE_INFINITY})
  void itIsItsFormula(double epsilon) {
    Random random = new Random(61);
    for (int round = 0; round < 20; round++) {
      int n = 1 + random.nextInt(20);
      double[] old = random.doubles(n, -1, 1).toArray();
      double[] values = Arrays.stream(old).map(v -> v + 0.4 * random.nextGaussian()).toArray();
      double[] returns = Arrays.stream(old).map(v -> v + 0.6 * random.nextGaussian()).toArray();
      double loss = 0;
      double[] slopes = new double[n];
      for (int t = 0; t < n; t++) {
        double moved = values[t] - old[t];
        boolean outside = moved > epsilon || moved < -epsilon;
        double near = outside ? old[t] + Math.signum(moved) * epsilon : values[t];
        double error = values[t] - returns[t];
        double errorNear = near - returns[t];
        boolean clipped = outside && errorNear * errorNear > error * error;
        loss += 0.5 * (clipped ? errorNear * errorNear : error * error) / n;
        slopes[t] = clipped ? 0 : error / n;
      }

      Outcome outcome = outcome(epsilon, values, old, returns, n);

      assertThat(outcome.loss()).isCloseTo(loss, within(1e-12));
      assertThat(outcome.slopes()).containsExactly(slopes, within(1e-12));
    }
  }

  @Test
  void theLossesOfPartsSumToTheLossOfTheWhole() {
    double[] values = ofResponses("value");
    double[] old = ofResponses("oldValue");
    double[] returns = ofResponses("return");
    int n = values.length;
    Outcome whole = outcome(0.2, values, old, returns, n);

    for (int cut = 1; cut < n; cut += 5) {
      Outcome first =
          outcome(
              0.2,
              Arrays.copyOf(values, cut),
              Arrays.copyOf(old, cut),
              Arrays.copyOf(returns, cut),
              n);
      Outcome second =
          outcome(
              0.2,
              Arrays.copyOfRange(values, cut, n),
              Arrays.copyOfRange(old, cut, n),
              Arrays.copyOfRange(returns, cut, n),
              n);

      assertThat(first.loss() + second.loss()).isCloseTo(whole.loss(), within(1e-12));
      assertThat(first.slopes()).containsExactly(Arrays.copyOf(whole.slopes(), cut), within(1e-12));
      assertThat(second.slopes())
          .containsExactly(Arrays.copyOfRange(whole.slopes(), cut, n), within(1e-12));
    }
  }

  private static double[] ofResponses(String name) {
    return LossesGolden.responses().stream()
        .flatMapToDouble(r -> Arrays.stream(numbers(r.required(name))))
        .toArray();
  }

  private static Outcome outcome(
      double epsilon, double[] values, double[] old, double[] returns, long tokens) {
    int n = values.length;
    try (Scope scope = Scope.open()) {
      Tensor v = Tensor.of(values, n).requiresGrad(true);
      Tensor loss =
          new ClippedValueLoss(epsilon).of(v, Tensor.of(old, n), Tensor.of(returns, n), tokens);
      loss.backward();
      return new Outcome(loss.item(), v.grad().orElseThrow().toDoubles());
    }
  }
}
