package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.Transformer;
import io.braid.nn.Parameter;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares trained weights. */
final class Weights {
  private Weights() {}

  /** Copies the weights of a model, by name. */
  static Map<String, float[]> of(Transformer model) {
    return of(model.parameters());
  }

  static Map<String, float[]> of(List<Parameter> parameters) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      parameters.forEach(p -> weights.put(p.name(), p.tensor().detach().toFloats()));
    }
    return weights;
  }

  static void same(Transformer one, Transformer other) {
    same(Weights.of(one), Weights.of(other));
  }

  static void same(Map<String, float[]> one, Map<String, float[]> other) {
    assertThat(one.keySet()).isEqualTo(other.keySet());
    one.forEach((name, weights) -> assertThat(weights).as(name).isEqualTo(other.get(name)));
  }

  /** Returns the largest absolute difference of any weight. */
  static double distance(Map<String, float[]> one, Map<String, float[]> other) {
    assertThat(one.keySet()).isEqualTo(other.keySet());
    double largest = 0;
    try (Scope scope = Scope.open()) {
      for (Map.Entry<String, float[]> entry : one.entrySet()) {
        float[] others = other.getOrDefault(entry.getKey(), new float[0]);
        Tensor difference =
            Tensor.of(entry.getValue(), entry.getValue().length)
                .minus(Tensor.of(others, others.length));
        largest = Math.max(largest, difference.abs().max().item());
      }
    }
    return largest;
  }
}
