package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FusedAdamWTest {
  @Test
  void oneUpdateOfTwoTensorsIsTheFormula() {
    double rate = 0.1;
    double beta1 = 0.9;
    double beta2 = 0.99;
    double decay = 0.05;
    double epsilon = 1e-3;
    double[] w = {1, -2, 0.5};
    double[] g = {0.5, 0.25, -1};
    double[] m = {0.1, 0, -0.2};
    double[] v = {0.01, 0.04, 0.09};
    int number = 3;
    try (Scope scope = Scope.open()) {
      List<Tensor> parameters = both(w);
      List<Tensor> first = both(m);
      List<Tensor> second = both(v);
      Tensor step = Tensor.full(DType.FLOAT32, number);

      FusedAdamW.update(
          parameters,
          both(g),
          first,
          second,
          List.of(step, step.copy()),
          rate,
          beta1,
          beta2,
          decay,
          epsilon);

      for (int i = 0; i < w.length; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        double mHat = m[i] / (1 - Math.pow(beta1, number));
        double vHat = v[i] / (1 - Math.pow(beta2, number));
        w[i] -= rate * (decay * w[i] + mHat / (Math.sqrt(vHat) + epsilon));
      }
      for (int tensor = 0; tensor < 2; tensor++) {
        assertThat(parameters.get(tensor).toDoubles()).containsExactly(w, within(1e-6));
        assertThat(first.get(tensor).toDoubles()).containsExactly(m, within(1e-7));
        assertThat(second.get(tensor).toDoubles()).containsExactly(v, within(1e-7));
      }
    }
  }

  @Test
  void aParameterThatAsksForGradientsMovesWithoutBeingRecorded() {
    try (Scope scope = Scope.open()) {
      Tensor parameter = single(1).requiresGrad(true);
      FusedAdamW.update(
          List.of(parameter),
          List.of(single(1)),
          List.of(single(0)),
          List.of(single(0)),
          List.of(Tensor.ones(DType.FLOAT32)),
          0.5,
          0.9,
          0.999,
          0,
          1e-8);

      assertThat(parameter.item()).isCloseTo(0.5, within(1e-6));
      parameter.square().backward();
      assertThat(parameter.grad().orElseThrow().item()).isCloseTo(1, within(1e-6));
    }
  }

  private static List<Tensor> both(double[] values) {
    Tensor tensor = Tensor.of(values, values.length).to(DType.FLOAT32);
    return List.of(tensor, tensor.copy());
  }

  private static Tensor single(double value) {
    return Tensor.full(DType.FLOAT32, value, 1);
  }
}
