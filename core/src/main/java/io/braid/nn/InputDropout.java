package io.braid.nn;

import io.braid.Seeds;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Tensor;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Dropout of the inputs of all adapters of a model (Hinton et al. 2012, arXiv 1207.0580): an input
 * is 0 with some probability, and the others are larger, so that the mean stays the same.
 *
 * <p>It is off except during a training pass. The factors are a function of the pass's key and of
 * the adapter, so that the backward pass, and layers that are computed again, have the same ones.
 */
public final class InputDropout {
  private final double rate;
  private OptionalLong pass = OptionalLong.empty();

  /**
   * Creates the dropout of a model.
   *
   * @param rate probability that an input is 0
   */
  public InputDropout(double rate) {
    this.rate = rate;
  }

  /**
   * Turns it on until the result is closed.
   *
   * @param key seed of the pass's random numbers
   */
  public On during(long key) {
    pass = rate > 0 ? OptionalLong.of(key) : OptionalLong.empty();
    return () -> pass = OptionalLong.empty();
  }

  /** Ends {@link #during}. */
  @FunctionalInterface
  public interface On extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Returns the factors of an adapter's inputs; empty while dropout is off.
   *
   * @param adapter index of the adapter in the model
   * @param x [..., in] the inputs
   * @return [..., in], each 0 or 1 / (1 − rate)
   */
  Optional<Tensor> factors(int adapter, Tensor x) {
    if (pass.isEmpty()) {
      return Optional.empty();
    }
    long seed = Seeds.derive(pass.getAsLong(), Seeds.Stream.ADAPTER_DROPOUT, adapter);
    try (RandomSource random = new RandomSource(seed)) {
      Tensor kept = Tensor.rand(random, x.shape()).lt(1 - rate).to(x.dtype());
      return Optional.of(kept.div(1 - rate));
    }
  }
}
