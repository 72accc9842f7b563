package io.braid.nn;

import io.braid.tensor.Functional;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * x·Wᵀ + b.
 *
 * @param weight [out, in]
 * @param bias [out]
 */
public record Linear(Tensor weight, Optional<Tensor> bias) implements Projection {
  @Override
  public Tensor apply(Tensor x) {
    return Functional.linear(x, weight, bias);
  }
}
