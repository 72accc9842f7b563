package io.braid.kernel;

/** Whether the loops of this room can run. */
public final class Vectors {
  /**
   * Whether the JVM was started with the Vector API ({@code --add-modules jdk.incubator.vector}).
   */
  public static final boolean AVAILABLE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          && !Boolean.getBoolean("io.braid.plain");

  private Vectors() {}
}
