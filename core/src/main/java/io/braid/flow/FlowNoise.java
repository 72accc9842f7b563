package io.braid.flow;

import io.braid.tensor.DType;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Tensor;
import java.util.List;

/** Normal noise whose rows do not depend on how many rows are sampled at once. */
final class FlowNoise {
  private static final double SMALLEST = 1e-7; // keeps the logarithm finite

  private FlowNoise() {}

  /**
   * Samples normal noise by the Box–Muller method from a stream of uniform numbers. Unlike with the
   * engine's own normal numbers, sampling rows in two parts gives the same rows as sampling them at
   * once.
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
   * Returns logit-normal times σ(z) of standard normal z.
   *
   * @param z standard normal numbers of any shape
   */
  static Tensor times(Tensor z) {
    return z.negate().exp().plus(1).reciprocal();
  }

  /** Interpolates between noise and latent: x_t = t·h + (1 − t)·ε. */
  static Tensor between(Tensor latents, Tensor noise, Tensor times) {
    return latents.times(times).plus(noise.times(times.negate().plus(1)));
  }

  /** Returns one time for all rows, as a tensor of one number. */
  static Tensor time(double time) {
    return Tensor.full(DType.FLOAT32, time, 1);
  }
}
