package io.braid.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function, computed with sums and products only. The Vector API's own exponential
 * is not used because its last bits differ between compiled and interpreted code.
 *
 * <p>e^x = 2^k · e^r with k an integer and |r| at most ln 2 / 2; e^r is computed by its Taylor
 * series.
 */
final class Exponential {
  private static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts: the first has so few bits that k times it is exact. */
  private static final float LN2_HIGH = 0.693359375f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /**
   * Adding and subtracting this number rounds to an integer; after the addition, the integer is in
   * the lowest bits.
   */
  private static final float WHOLE = 0x1.8p23f;

  private Exponential() {}

  /**
   * Computes e^x, to within two units in the last place for x between −87 and 0; the result is 0
   * for smaller x.
   *
   * @param x at most 0, may be −∞
   */
  static FloatVector ofNegative(FloatVector x) {
    return of(x).blend(0f, x.lt(-87f));
  }

  /** Computes e^x to within two units in the last place, with x clamped to [−87, 88]. */
  static FloatVector of(FloatVector x) {
    FloatVector held = x.max(-87f).min(88f);
    FloatVector shifted = held.mul(LOG2_E).add(WHOLE);
    FloatVector k = shifted.sub(WHOLE);
    FloatVector r = k.fma(k.broadcast(-LN2_HIGH), held);
    r = k.fma(k.broadcast(-LN2_LOW), r);
    FloatVector p = r.broadcast(1f / 5040);
    p = p.fma(r, r.broadcast(1f / 720));
    p = p.fma(r, r.broadcast(1f / 120));
    p = p.fma(r, r.broadcast(1f / 24));
    p = p.fma(r, r.broadcast(1f / 6));
    p = p.fma(r, r.broadcast(0.5f));
    p = p.fma(r, r.broadcast(1f));
    p = p.fma(r, r.broadcast(1f));
    return p.reinterpretAsInts()
        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
        .reinterpretAsFloats();
  }
}
