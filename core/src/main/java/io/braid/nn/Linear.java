package io.braid.nn;

import io.braid.kernel.Bfloat16Loop;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
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
    boolean loop =
        Backend.current().hasVectors()
            && x.rank() == 2
            && !Gradients.recorded()
            && Bfloat16Loop.takes(x.size(0), weight);
    return loop ? byLoop(x) : Functional.linear(x, weight, bias);
  }

  @Override
  public long bytes() {
    return weight.bytes() + bias.map(Tensor::bytes).orElse(0L);
  }

  /**
   * Computes the product of a few rows with 16-bit weights on a machine that cannot multiply this
   * type natively.
   */
  private Tensor byLoop(Tensor x) {
    try (Scope scope = Scope.open()) {
      Optional<Tensor> wide = bias.map(each -> each.to(DType.FLOAT32));
      Tensor product = new Bfloat16Loop(weight, wide).apply(x.to(DType.FLOAT32)); // [rows, out]
      return scope.keep(product.to(x.dtype()));
    }
  }
}
