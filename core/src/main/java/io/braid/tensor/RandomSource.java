package io.braid.tensor;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/**
 * A seeded random number generator for initialisation and dropout; the same seed gives the same
 * tensors.
 */
public final class RandomSource implements AutoCloseable {
  static {
    Engine.start();
  }

  final Generator generator;

  /** Creates a generator with a seed. */
  public RandomSource(long seed) {
    generator = torch.make_generator_cpu(seed);
    generator.retainReference();
  }

  @Override
  public void close() {
    generator.close();
  }
}
