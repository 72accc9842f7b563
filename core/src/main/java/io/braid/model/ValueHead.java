package io.braid.model;

import io.braid.nn.Linear;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Maps hidden states to values, one number per token. Its weights are initially zero, so a new
 * critic predicts 0 everywhere, and always FLOAT32.
 */
public final class ValueHead implements AutoCloseable {
  private final Tensor weight; // [1, hidden]
  private final Tensor bias; // [1]

  /**
   * Creates a new head.
   *
   * @param hiddenSize width of the hidden states
   */
  public ValueHead(int hiddenSize) {
    weight = Tensor.zeros(DType.FLOAT32, 1, hiddenSize).owned().requiresGrad(true);
    bias = Tensor.zeros(DType.FLOAT32, 1).owned().requiresGrad(true);
  }

  /**
   * Computes V of each state.
   *
   * @param hidden [n, hidden], after the final norm
   * @return [n] FLOAT32
   */
  public Tensor values(Tensor hidden) {
    return new Linear(weight, Optional.of(bias)).apply(hidden.to(DType.FLOAT32)).squeeze(-1);
  }

  /** Returns the trainable parameters. */
  public List<Parameter> parameters() {
    return List.of(new Parameter("value.weight", weight), new Parameter("value.bias", bias));
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }
}
