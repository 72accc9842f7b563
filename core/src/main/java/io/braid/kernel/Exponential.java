package io.braid.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function of sums and products alone. The Vector API's own gives other last bits
 * when it is compiled than when it is interpreted, and a result must not depend on that.
 *
 * <p>e^x = 2^k · e^r with k whole and |r| at most ln 2 / 2; e^r by its Taylor series.
 */
final class Exponential {
  private static final double LOG2_E = 1.4426950408889634;

  /** ln 2 in two parts: the first has so few bits that k times it is exact. */
  private static final double LN2_HIGH = 0x1.62e42feep-1;

  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** Added and taken away again it leaves a whole number, whose bits stand lowest meanwhile. */
  private static final double WHOLE = 0x1.8p52;

  private static final float LN2_HIGH_F = 0.693359375f;
  private static final float LN2_LOW_F = -2.12194440e-4f;
  private static final float WHOLE_F = 0x1.8p23f;

  private Exponential() {}

  /**
   * e^x, to within two units of the last place for x between −708 and 0; 0 from some place below.
   *
   * @param x at most 0, may be −∞
   */
  static DoubleVector of(DoubleVector x) {
    DoubleVector held = x.max(-708.0);
    DoubleVector shifted = held.mul(LOG2_E).add(WHOLE);
    DoubleVector k = shifted.sub(WHOLE);
    DoubleVector r = k.fma(k.broadcast(-LN2_HIGH), held);
    r = k.fma(k.broadcast(-LN2_LOW), r);
    DoubleVector p = r.broadcast(1.0 / 6227020800.0);
    p = p.fma(r, r.broadcast(1.0 / 479001600));
    p = p.fma(r, r.broadcast(1.0 / 39916800));
    p = p.fma(r, r.broadcast(1.0 / 3628800));
    p = p.fma(r, r.broadcast(1.0 / 362880));
    p = p.fma(r, r.broadcast(1.0 / 40320));
    p = p.fma(r, r.broadcast(1.0 / 5040));
    p = p.fma(r, r.broadcast(1.0 / 720));
    p = p.fma(r, r.broadcast(1.0 / 120));
    p = p.fma(r, r.broadcast(1.0 / 24));
    p = p.fma(r, r.broadcast(1.0 / 6));
    p = p.fma(r, r.broadcast(0.5));
    p = p.fma(r, r.broadcast(1.0));
    p = p.fma(r, r.broadcast(1.0));
    DoubleVector scaled =
        p.reinterpretAsLongs()
            .add(shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52))
            .reinterpretAsDoubles();
    return scaled.blend(0.0, x.lt(-708.0));
  }

  /** e^x, to within two units of the last place, x held between −87 and 88. */
  static FloatVector of(FloatVector x) {
    FloatVector held = x.max(-87f).min(88f);
    FloatVector shifted = held.mul((float) LOG2_E).add(WHOLE_F);
    FloatVector k = shifted.sub(WHOLE_F);
    FloatVector r = k.fma(k.broadcast(-LN2_HIGH_F), held);
    r = k.fma(k.broadcast(-LN2_LOW_F), r);
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
