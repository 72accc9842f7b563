package io.braid.model;

import io.braid.nn.Linear;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Turns hidden states into what a critic expects: one number a token. It begins with zeros, so that
 * a fresh critic expects nothing anywhere. Its weights are FLOAT32 whatever the trunk's are.
 */
public final class ValueHead implements AutoCloseable {
  private final Tensor weight; // [1, hidden]
  private final Tensor bias; // [1]

  /**
   * A fresh head.
   *
   * @param hiddenSize width of the trunk's hidden states
   */
  public ValueHead(int hiddenSize) {
    weight = Tensor.zeros(DType.FLOAT32, 1, hiddenSize).owned().requiresGrad(true);
    bias = Tensor.zeros(DType.FLOAT32, 1).owned().requiresGrad(true);
  }

  /**
   * V of each state.
   *
   * @param hidden [n, hidden], after the final norm
   * @return [n] FLOAT32
   */
  public Tensor values(Tensor hidden) {
    return new Linear(weight, Optional.of(bias)).apply(hidden.to(DType.FLOAT32)).squeeze(-1);
  }

  /** What is learned. */
  public List<Parameter> parameters() {
    return List.of(new Parameter("value.weight", weight), new Parameter("value.bias", bias));
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }
}
