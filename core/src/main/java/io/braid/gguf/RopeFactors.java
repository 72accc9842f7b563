package io.braid.gguf;

import io.braid.UserError;
import io.braid.model.RopeScaling;
import java.nio.file.Path;

/**
 * Converts Llama 3's scaling of rotary frequencies to and from its form in GGUF: a tensor {@code
 * rope_freqs.weight} with a divisor for each pair's frequency.
 */
final class RopeFactors {
  static final String TENSOR = "rope_freqs.weight";

  /** The settings of all published Llama 3.1, 3.2 and 3.3, apart from their factor. */
  private static final double LOW = 1;

  private static final double HIGH = 4;
  private static final double ORIGINAL = 8_192;
  private static final double TOLERANCE = 1e-5; // relative; converters compute in float32

  private RopeFactors() {}

  /** Returns the divisor of each frequency. */
  static float[] of(RopeScaling scaling, double theta, int headDim) {
    double[] plain = RopeScaling.plain(theta, headDim);
    double[] stretched = scaling.frequencies(theta, headDim);
    float[] factors = new float[plain.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) (plain[i] / stretched[i]);
    }
    return factors;
  }

  /**
   * Finds the settings that give the factors.
   *
   * @throws UserError if they are not Llama 3's factors
   */
  static RopeScaling.Llama3 read(Path file, float[] factors, double theta, int headDim) {
    double factor = 1;
    for (float each : factors) {
      factor = Math.max(factor, each);
    }
    RopeScaling.Llama3 scaling = new RopeScaling.Llama3(factor, LOW, HIGH, ORIGINAL);
    float[] known = of(scaling, theta, headDim);
    boolean same = known.length == factors.length;
    for (int i = 0; same && i < known.length; i++) {
      same = Math.abs(factors[i] - known[i]) <= TOLERANCE * known[i];
    }
    if (!same) {
      throw new UserError(
          "%s: the tensor %s stretches the rotary frequencies otherwise than Llama 3.1 to 3.3 do (low_freq_factor 1, high_freq_factor 4, 8192 original positions), which is not supported; take the original model in the Hugging Face format"
              .formatted(file, TENSOR));
    }
    return scaling;
  }
}
