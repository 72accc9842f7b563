package io.braid.model;

import io.braid.model.ModelConfig.Llama3Scaling;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.List;

/**
 * Rotary position embedding: pairs of a head's dimensions turned by an angle that grows with the
 * position (Su et al. 2021), in the half-split layout of the published checkpoints.
 */
final class RotaryEmbedding implements AutoCloseable {
  private final float[] frequencies; // radians a position, [d/2]
  private Tensor cos; // [positions so far, d]
  private Tensor signedSin; // [positions so far, d], the first half negated

  RotaryEmbedding(ModelConfig config) {
    frequencies = new float[config.headDim() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(config.rope().theta(), -2.0 * i / config.headDim());
      frequencies[i] =
          (float)
              (double) config.rope().scaling().map(s -> stretched(frequency, s)).orElse(frequency);
    }
    Tensor[] table = table(Math.min(config.maxPositions(), 512));
    cos = table[0];
    signedSin = table[1];
  }

  private Tensor[] table(int positions) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor turn = Tensor.of(frequencies, 1, frequencies.length);
      Tensor place = Tensor.arange(positions).to(DType.FLOAT32).view(-1, 1);
      Tensor angle = place.times(turn); // [positions, d/2]
      Tensor c = angle.cos();
      Tensor s = angle.sin();
      return new Tensor[] {
        Tensor.cat(List.of(c, c), -1).owned(), Tensor.cat(List.of(s.negate(), s), -1).owned()
      };
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

  /**
   * The turns of some positions. The table grows to the longest sequence that was ever asked for.
   *
   * @param positions [n], INT64
   * @param end one more than the largest of them
   */
  Turns at(Tensor positions, int end, DType dtype) {
    if (end > cos.size(0)) {
      Tensor[] longer = table(Math.max(end, (int) (2 * cos.size(0))));
      close();
      cos = longer[0];
      signedSin = longer[1];
    }
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
}
