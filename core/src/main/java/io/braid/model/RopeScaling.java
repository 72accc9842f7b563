package io.braid.model;

/**
 * How rotary wavelengths are stretched for sequences longer than those a model was first trained
 * on, as {@code transformers} computes it from the same settings.
 */
public sealed interface RopeScaling {
  /**
   * The stretched frequencies.
   *
   * @param theta base of the wavelengths
   * @param headDim width of a head, even
   * @return radians a position, one for each pair of dimensions
   */
  double[] frequencies(double theta, int headDim);

  /** What cosines and sines are multiplied by. */
  default double attentionFactor() {
    return 1;
  }

  /** The frequencies that are not stretched: θ^(−2i/d). */
  static double[] plain(double theta, int headDim) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(theta, -2.0 * i / headDim);
    }
    return frequencies;
  }

  /**
   * Positions divided by a factor (Chen et al. 2023).
   *
   * @param factor by how much all wavelengths are stretched
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
   * A base that grows with the sequence, once it is longer than {@code max_position_embeddings}.
   * Keys that were cached under one base do not fit another, so sequences are held to that length,
   * where nothing is stretched.
   *
   * @param factor how fast the base would grow
   */
  record Dynamic(double factor) implements RopeScaling {
    @Override
    public double[] frequencies(double theta, int headDim) {
      return plain(theta, headDim);
    }
  }

  /**
   * Llama 3's: long wavelengths are stretched in full, short ones not at all, those between in
   * proportion.
   *
   * @param factor by how much the longest are stretched
   * @param lowFrequencyFactor wavelengths above originalMaxPositions over this are stretched in
   *     full
   * @param highFrequencyFactor wavelengths below originalMaxPositions over this are left alone
   * @param originalMaxPositions the context length before stretching
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
   * YaRN (Peng et al. 2023): pairs of dimensions that turn rarely in the original context are
   * stretched, those that turn often are not, with a ramp between.
   *
   * @param factor by how much the longest wavelengths are stretched
   * @param originalMaxPositions the context length before stretching
   * @param betaFast turns in the original context from which on a pair is left alone
   * @param betaSlow turns up to which it is stretched in full
   * @param attentionFactor what cosines and sines are multiplied by
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

    /** The pair of dimensions, as a fraction, that turns so often in the original context. */
    private double pairThatTurns(double turns, double theta, int headDim) {
      return headDim
          * Math.log(originalMaxPositions / (turns * 2 * Math.PI))
          / (2 * Math.log(theta));
    }
  }
}
