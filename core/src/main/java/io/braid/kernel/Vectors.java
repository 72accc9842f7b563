package io.braid.kernel;

import io.braid.tensor.Backend;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this room's loops; only a JVM with the Vector API can load this class. */
final class Vectors {
  /** As wide as {@link Backend} decided for this process. */
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(
          float.class, VectorShape.forBitSize(Float.SIZE * Backend.ofProcess().vectors().lanes()));

  private Vectors() {}
}
