package io.braid.math.compare;

import java.util.OptionalInt;

/**
 * The differences in form that an answer equal to the reference may have.
 *
 * @param lenient whether to accept differences that public graders accept, such as a missing unit
 * @param ordered whether the order of lists matters
 * @param digits number of decimal places to which decimals are compared; empty for as many as are
 *     written
 */
public record Tolerance(boolean lenient, boolean ordered, OptionalInt digits) {
  /** The usual tolerance of an evaluation. */
  static final Tolerance LENIENT = new Tolerance(true, false, OptionalInt.empty());
}
