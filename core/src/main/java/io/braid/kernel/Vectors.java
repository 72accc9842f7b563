package io.braid.kernel;

import jdk.incubator.vector.FloatVector;

/** Whether the loops of this room can run. */
public final class Vectors {
  /**
   * Whether the JVM was started with the Vector API ({@code --add-modules jdk.incubator.vector}).
   */
  public static final boolean AVAILABLE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          && !Boolean.getBoolean("io.braid.plain");

  private Vectors() {}

  /** How many FLOAT32 numbers a vector of this processor holds; 0 without the Vector API. */
  public static int lanes() {
    return AVAILABLE ? Lanes.COUNT : 0;
  }

  /** A class of its own, since a JVM without the Vector API cannot load it. */
  private static final class Lanes {
    static final int COUNT = FloatVector.SPECIES_PREFERRED.length();
  }
}
