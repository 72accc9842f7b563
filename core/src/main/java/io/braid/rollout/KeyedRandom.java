package io.braid.rollout;

/**
 * Stateless uniform random numbers, a function of (seed, problem, sample, position): a response's
 * tokens depend neither on the other responses of its batch nor on the order of the work.
 */
final class KeyedRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private KeyedRandom() {}

  /** Returns the key of one response's random numbers. */
  static long stream(long seed, String problem, int sample) {
    long hash = mix(seed + GOLDEN);
    for (int i = 0; i < problem.length(); i++) {
      hash = mix(hash ^ problem.charAt(i));
    }
    return mix(hash + GOLDEN * (sample + 1L));
  }

  /** Returns a number in [0, 1) with 52 random bits. */
  static double uniform(long stream, int position) {
    return (mix(stream + GOLDEN * (position + 1L)) >>> 12) * 0x1.0p-52;
  }

  /**
   * Applies SplitMix64's finaliser (Steele, Lea and Flood 2014), in which every input bit affects
   * every output bit.
   */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
