package io.braid.model;

import io.braid.nn.Linear;
import io.braid.nn.Parameter;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The learned log-partition function log Z_φ(x) of FlowRL (arXiv 2509.15207, section 3): a
 * three-layer MLP on the mean of the policy's last hidden states over the prompt's tokens. Its
 * weights are always FLOAT32.
 */
public final class PartitionHead implements AutoCloseable {
  private static final double LAYER_NORM_EPS = 1e-5;

  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Hidden> hidden = new ArrayList<>();
  private final Linear last;
  private final double dropout;

  /** Linear, GELU, LayerNorm, Dropout. */
  private record Hidden(Linear linear, Tensor scale, Tensor shift) {}

  /**
   * Creates a new head; log Z is near zero at first.
   *
   * @param width of the policy's hidden states
   * @param dropout fraction of the hidden units dropped in training (the paper: 0.1)
   */
  public PartitionHead(int width, double dropout, long seed) {
    this.dropout = dropout;
    try (RandomSource random = new RandomSource(seed);
        Scope scope = Scope.open()) {
      for (int l = 0; l < 2; l++) {
        hidden.add(
            new Hidden(
                linear("partition." + l, width, width, random),
                parameter("partition." + l + ".norm.weight", Tensor.ones(DType.FLOAT32, width)),
                parameter("partition." + l + ".norm.bias", Tensor.zeros(DType.FLOAT32, width))));
      }
      last = linear("partition.2", 1, width, random);
    }
  }

  private Linear linear(String name, int out, int in, RandomSource random) {
    double bound = 1 / Math.sqrt(in); // PyTorch's default for Linear
    Tensor weight = Tensor.rand(random, out, in).times(2 * bound).minus(bound);
    Tensor bias = Tensor.rand(random, out).times(2 * bound).minus(bound);
    return new Linear(
        parameter(name + ".weight", weight), Optional.of(parameter(name + ".bias", bias)));
  }

  private Tensor parameter(String name, Tensor initial) {
    try (Gradients off = Gradients.off()) {
      Tensor tensor = initial.detach().owned().requiresGrad(true);
      parameters.add(new Parameter(name, tensor));
      return tensor;
    }
  }

  /**
   * Computes log Z of each prompt.
   *
   * @param pooled [prompts, width], FLOAT32: each prompt's mean hidden state
   * @param noise random numbers for dropout; empty turns dropout off
   * @return [prompts]
   */
  public Tensor logZ(Tensor pooled, Optional<RandomSource> noise) {
    Tensor x = pooled;
    for (Hidden layer : hidden) {
      Tensor activated = Functional.gelu(layer.linear.apply(x));
      Tensor normed = Functional.layerNorm(activated, layer.scale, layer.shift, LAYER_NORM_EPS);
      x = noise.isEmpty() ? normed : Functional.dropout(normed, dropout, noise.get());
    }
    return last.apply(x).squeeze(-1); // [prompts]
  }

  /** Returns the trained parameters. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public void close() {
    parameters.forEach(parameter -> parameter.tensor().close());
  }
}
