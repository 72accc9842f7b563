package io.braid.tensor;

import io.braid.UserError;
import java.util.Set;
import jdk.incubator.vector.FloatVector;

/** Determines the vector length of the Vector API, if this JVM was started with it. */
final class VectorApi {
  /**
   * The system property that sets the vector length: 4, 8 or 16 numbers, or 0 for computing without
   * vectors. By default, the processor's own length is used.
   */
  static final String PROPERTY = "braid.lanes";

  private static final Set<String> WIDTHS = Set.of("0", "4", "8", "16");
  private static final String MODULE = "jdk.incubator.vector";

  private VectorApi() {}

  /** Determines the vectors of this JVM. */
  static Backend.Vectors decide() {
    String setting = System.getProperty(PROPERTY, "");
    if (!setting.isEmpty() && !WIDTHS.contains(setting)) {
      throw new UserError(
          "-D%s=%s: must be 0, 4, 8 or 16; remove it to use the processor's own length"
              .formatted(PROPERTY, setting));
    }
    if (setting.equals("0")) {
      return new Backend.Vectors(0, "-D%s=0 turns them off".formatted(PROPERTY));
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new Backend.Vectors(
          0, "the JVM was started without --add-modules %s".formatted(MODULE));
    }
    return setting.isEmpty()
        ? new Backend.Vectors(Lanes.PREFERRED, "the processor's width")
        : new Backend.Vectors(
            Integer.parseInt(setting), "-D%s=%s asks for it".formatted(PROPERTY, setting));
  }

  /**
   * Uses the Vector API in a separate class, since a JVM without the Vector API cannot load such a
   * class.
   */
  private static final class Lanes {
    static final int PREFERRED = FloatVector.SPECIES_PREFERRED.length();
  }
}
