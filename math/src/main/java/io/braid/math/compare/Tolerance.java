package io.braid.math.compare;

import java.util.OptionalInt;

/**
 * How far an answer may differ from the form of the reference and still be equal to it.
 *
 * @param lenient whether what the public graders accept is equal, such as a forgotten unit
 * @param ordered whether the order of lists counts
 * @param digits the digits after the point to which decimals are compared; empty for as many as are
 *     written
 */
public record Tolerance(boolean lenient, boolean ordered, OptionalInt digits) {
  /** The usual settings of an evaluation. */
  static final Tolerance LENIENT = new Tolerance(true, false, OptionalInt.empty());
}
