package io.braid.model;

import io.braid.model.ModelConfig.Llama3Scaling;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;

/**
 * Rotary position embedding: pairs of a head's dimensions turned by an angle that grows with the
 * position (Su et al. 2021), in the half-split layout of the published checkpoints.
 */
final class RotaryEmbedding implements AutoCloseable {
  private final Tensor cos; // [positions, d]
  private final Tensor signedSin; // [positions, d], the first half negated

  RotaryEmbedding(ModelConfig config) {
    int half = config.headDim() / 2;
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      double frequency = Math.pow(config.rope().theta(), -2.0 * i / config.headDim());
      frequencies[i] =
          config.rope().scaling().map(scaling -> stretched(frequency, scaling)).orElse(frequency);
    }
    try (Scope scope = Scope.open()) {
      Tensor turn = Tensor.of(narrowed(frequencies), 1, half);
      Tensor place = Tensor.arange(config.maxPositions()).to(DType.FLOAT32).view(-1, 1);
      Tensor angle = place.times(turn); // [positions, d/2]
      Tensor c = angle.cos();
      Tensor s = angle.sin();
      cos = Tensor.cat(java.util.List.of(c, c), -1).owned();
      signedSin = Tensor.cat(java.util.List.of(s.negate(), s), -1).owned();
    }
  }

  /** Long wavelengths are stretched in full, short ones not at all, those between in proportion. */
  private static double stretched(double frequency, Llama3Scaling scaling) {
    double wavelength = 2 * Math.PI / frequency;
    double context = scaling.originalMaxPositions();
    double smooth =
        (context / wavelength - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    double kept = Math.clamp(smooth, 0, 1);
    return (1 - kept) * frequency / scaling.factor() + kept * frequency;
  }

  private static float[] narrowed(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /**
   * The turns of some positions.
   *
   * @param positions [n], INT64
   */
  Turns at(Tensor positions, DType dtype) {
    return new Turns(
        cos.indexSelect(0, positions).unsqueeze(1).to(dtype),
        signedSin.indexSelect(0, positions).unsqueeze(1).to(dtype));
  }

  /**
   * What turns the heads of n tokens.
   *
   * @param cos [n, 1, d]
   * @param signedSin [n, 1, d]
   */
  record Turns(Tensor cos, Tensor signedSin) {
    /**
     * Turns every head.
     *
     * @param x [n, heads, d]
     */
    Tensor apply(Tensor x) {
      return x.times(cos).plusProduct(x.roll(x.size(-1) / 2), signedSin);
    }
  }

  @Override
  public void close() {
    cos.close();
    signedSin.close();
  }

  @Override
  public String toString() {
    return "rotary embedding " + Arrays.toString(cos.shape());
  }
}
