package io.braid.sampling;

import io.braid.Seeds;
import io.braid.UserError;
import java.util.Random;

/**
 * An endless order of the indices 0 … size−1: a new permutation in each epoch, which depends only
 * on the seed and the epoch.
 */
public final class Shuffle implements Order {
  private final int size;
  private final long seed;
  private long epoch = -1;
  private int[] order = {};

  /**
   * Creates an order of {@code size} items.
   *
   * @throws UserError if size is 0
   */
  public Shuffle(int size, long seed) {
    if (size < 1) {
      throw new UserError("the data set is empty; use one that contains problems");
    }
    this.size = size;
    this.seed = seed;
  }

  @Override
  public int at(long place) {
    if (place / size != epoch) {
      epoch = place / size;
      order = permutation(new Random(Seeds.derive(seed, Seeds.Stream.EPOCH_ORDER, epoch)));
    }
    return order[(int) (place % size)];
  }

  /** Returns the epoch of a position; both are counted from 0. */
  public long epoch(long place) {
    return place / size;
  }

  /** Creates a random permutation (Fisher–Yates, inside-out). */
  private int[] permutation(Random random) {
    int[] numbers = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      numbers[i] = numbers[j];
      numbers[j] = i;
    }
    return numbers;
  }
}
