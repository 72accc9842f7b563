package io.braid.tensor;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/** A seeded stream of random numbers for initialisation and dropout: same seed, same tensors. */
public final class RandomSource implements AutoCloseable {
  static {
    Engine.start();
  }

  final Generator generator;

  /** A stream that begins at the seed. */
  public RandomSource(long seed) {
    generator = torch.make_generator_cpu(seed);
    generator.retainReference();
  }

  @Override
  public void close() {
    generator.close();
  }
}
