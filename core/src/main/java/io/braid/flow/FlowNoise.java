package io.braid.flow;

import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Tensor;
import java.util.List;

/**
 * Normal noise whose rows depend on what was drawn before, but not on how many are drawn at once.
 */
final class FlowNoise {
  private static final double SMALLEST = 1e-7; // a FLOAT32 below 1, so that the logarithm is finite

  private FlowNoise() {}

  /**
   * Draws by Box and Muller's method from uniform numbers, which come one by one: unlike the
   * engine's own normal numbers, rows drawn in two parts are those drawn together.
   *
   * @return [rows, columns] FLOAT32
   */
  static Tensor normal(RandomSource random, long rows, long columns) {
    long half = (columns + 1) / 2;
    List<Tensor> uniform = Tensor.rand(random, rows, 2 * half).split(new long[] {half, half}, 1);
    Tensor radius =
        uniform.get(0).negate().plus(1).clamp(SMALLEST, 1).log().times(-2).sqrt(); // [rows, half]
    Tensor angle = uniform.get(1).times(2 * Math.PI); // [rows, half]
    return Tensor.cat(List.of(radius.times(angle.cos()), radius.times(angle.sin())), 1)
        .narrow(1, 0, columns);
  }

  /**
   * A logit-normal time: σ(z) of a standard normal z.
   *
   * @param z any shape
   */
  static Tensor times(Tensor z) {
    return z.negate().exp().plus(1).reciprocal();
  }

  /** A share of the latent and the rest of noise: x_t = t·h + (1 − t)·ε. */
  static Tensor between(Tensor latents, Tensor noise, Tensor times) {
    return latents.times(times).plus(noise.times(times.negate().plus(1)));
  }

  /** One time for all, as a tensor of one number. */
  static Tensor time(double time) {
    return Tensor.full(DType.FLOAT32, time, 1);
  }
}
