package io.braid.nn;

import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Int8Rows;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Optional;

/**
 * x·Wᵀ + b with int8 weights and a scale for each output, for inference only. Each row of x is
 * quantized with its own scale before it is multiplied (Dettmers et al. 2022, "LLM.int8()":
 * vector-wise quantization), so all products are integer products.
 */
public final class Int8Linear implements Projection, AutoCloseable {
  /** Number of weights that are quantized at a time, few enough to stay in a cache. */
  private static final long BLOCK = 1 << 17;

  private final Int8Rows weight; // [out, in]
  private final Optional<Tensor> bias; // [out], FLOAT32

  /** Creates a layer with uninitialised weights; see {@link #copyFrom}. */
  public Int8Linear(long out, long in, boolean bias) {
    this.weight =
        new Int8Rows(
            Tensor.empty(DType.INT8, out, in).owned(), Tensor.empty(DType.FLOAT32, out, 1).owned());
    this.bias = bias ? Optional.of(Tensor.empty(DType.FLOAT32, out).owned()) : Optional.empty();
  }

  /**
   * Quantizes a layer's weights.
   *
   * @param layer a layer of the same shape, with a bias if this layer has one
   */
  public void copyFrom(Linear layer) {
    long out = weight.values().size(0);
    long height = Math.clamp(BLOCK / weight.values().size(1), 1, out);
    try (Gradients off = Gradients.off()) {
      for (long from = 0; from < out; from += height) {
        long rows = Math.min(height, out - from);
        try (Scope scope = Scope.open()) {
          Int8Rows part = Int8Rows.of(layer.weight().narrow(0, from, rows));
          weight.values().narrow(0, from, rows).copyInPlace(part.values());
          weight.scales().narrow(0, from, rows).copyInPlace(part.scales());
        }
      }
      try (Scope scope = Scope.open()) {
        bias.ifPresent(mine -> mine.copyInPlace(layer.bias().orElseThrow()));
      }
    }
  }

  @Override
  public Tensor apply(Tensor x) {
    long[] shape = x.shape();
    long in = shape[shape.length - 1];
    shape[shape.length - 1] = weight.values().size(0);
    Tensor product = Int8Rows.of(x.reshape(-1, in)).times(weight);
    bias.ifPresent(product::addInPlace);
    return product.view(shape).to(x.dtype());
  }

  @Override
  public long bytes() {
    return weight.values().bytes() + weight.scales().bytes() + bias.map(Tensor::bytes).orElse(0L);
  }

  @Override
  public void close() {
    weight.values().close();
    weight.scales().close();
    bias.ifPresent(Tensor::close);
  }
}
