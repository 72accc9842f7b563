package io.braid.model;

/**
 * Scales rotary wavelengths for sequences longer than the sequences in a model's original training,
 * as {@code transformers} does with the same settings.
 */
public sealed interface RopeScaling {
  /**
   * Returns the scaled frequencies.
   *
   * @param theta base of the wavelengths
   * @param headDim width of a head, even
   * @return radians per position, for each pair of dimensions
   */
  double[] frequencies(double theta, int headDim);

  /** Returns the factor of cosines and sines. */
  default double attentionFactor() {
    return 1;
  }

  /** Returns the frequencies without scaling: θ^(−2i/d). */
  static double[] plain(double theta, int headDim) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(theta, -2.0 * i / headDim);
    }
    return frequencies;
  }

  /**
   * Divides positions by a factor (Chen et al. 2023).
   *
   * @param factor factor of all wavelengths
   */
  record Linear(double factor) implements RopeScaling {
    @Override
    public double[] frequencies(double theta, int headDim) {
      double[] frequencies = plain(theta, headDim);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factor;
      }
      return frequencies;
    }
  }

  /**
   * Increases the base with the length of the sequence, beyond {@code max_position_embeddings}.
   * Keys that were cached with one base do not fit a different base, so sequences are limited to
   * that length, up to which nothing is scaled.
   *
   * @param factor rate of the base's growth
   */
  record Dynamic(double factor) implements RopeScaling {
    @Override
    public double[] frequencies(double theta, int headDim) {
      return plain(theta, headDim);
    }
  }

  /**
   * Llama 3's scaling: long wavelengths are scaled fully, short ones not at all, and those between
   * proportionally.
   *
   * @param factor factor of the longest wavelengths
   * @param lowFrequencyFactor wavelengths above originalMaxPositions / lowFrequencyFactor are
   *     scaled fully
   * @param highFrequencyFactor wavelengths below originalMaxPositions / highFrequencyFactor are not
   *     scaled
   * @param originalMaxPositions context length before scaling
   */
  record Llama3(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      double originalMaxPositions)
      implements RopeScaling {
    @Override
    public double[] frequencies(double theta, int headDim) {
      double[] frequencies = plain(theta, headDim);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] = stretched(frequencies[i]);
      }
      return frequencies;
    }

    private double stretched(double frequency) {
      double wavelength = 2 * Math.PI / frequency;
      if (wavelength > originalMaxPositions / lowFrequencyFactor) {
        return frequency / factor;
      }
      if (wavelength < originalMaxPositions / highFrequencyFactor) {
        return frequency;
      }
      double kept =
          (originalMaxPositions / wavelength - lowFrequencyFactor)
              / (highFrequencyFactor - lowFrequencyFactor);
      return (1 - kept) * frequency / factor + kept * frequency;
    }
  }

  /**
   * YaRN (Peng et al. 2023): pairs of dimensions that make few rotations within the original
   * context are scaled, those that make many are not, with a linear ramp between.
   *
   * @param factor factor of the longest wavelengths
   * @param originalMaxPositions context length before scaling
   * @param betaFast number of rotations within the original context above which a pair is not
   *     scaled
   * @param betaSlow number of rotations below which a pair is scaled fully
   * @param attentionFactor factor of cosines and sines
   * @param truncate whether the ramp begins and ends at whole pairs
   */
  record Yarn(
      double factor,
      double originalMaxPositions,
      double betaFast,
      double betaSlow,
      double attentionFactor,
      boolean truncate)
      implements RopeScaling {
    @Override
    public double[] frequencies(double theta, int headDim) {
      double low = pairThatTurns(betaFast, theta, headDim);
      double high = pairThatTurns(betaSlow, theta, headDim);
      if (truncate) {
        low = Math.floor(low);
        high = Math.ceil(high);
      }
      low = Math.max(low, 0);
      high = Math.min(high, headDim - 1);
      if (low == high) {
        high += 0.001; // a step instead of a division by zero
      }
      double[] frequencies = plain(theta, headDim);
      for (int i = 0; i < frequencies.length; i++) {
        double stretched = Math.clamp((i - low) / (high - low), 0.0, 1.0);
        frequencies[i] = frequencies[i] * (stretched / factor + 1 - stretched);
      }
      return frequencies;
    }

    /**
     * Returns the index, as a fraction, of the pair of dimensions that makes this number of
     * rotations within the original context.
     */
    private double pairThatTurns(double turns, double theta, int headDim) {
      return headDim
          * Math.log(originalMaxPositions / (turns * 2 * Math.PI))
          / (2 * Math.log(theta));
    }
  }
}
