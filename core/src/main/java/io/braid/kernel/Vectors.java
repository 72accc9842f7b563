package io.braid.kernel;

import io.braid.tensor.Backend;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector type of this package's loops; only a JVM with the Vector API can load this class. */
final class Vectors {
  /** The vector type of the width that {@link Backend} chose for this process. */
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(
          float.class, VectorShape.forBitSize(Float.SIZE * Backend.ofProcess().vectors().lanes()));

  private Vectors() {}
}
