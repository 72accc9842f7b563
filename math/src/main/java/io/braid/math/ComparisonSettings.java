package io.braid.math;

import io.braid.math.compare.Tolerance;
import java.util.OptionalInt;

/**
 * Settings that say how the answer in a response is found and compared with the reference.
 *
 * @param strictness how far the form of an answer may differ from the reference's
 * @param extraction where the answer may be
 * @param ordered whether the order of items in lists matters
 * @param digits number of decimal places to which decimals are compared; empty for as many as are
 *     written
 */
public record ComparisonSettings(
    Strictness strictness, Extraction extraction, boolean ordered, OptionalInt digits) {
  /**
   * Returns the usual settings: an answer may be anywhere, lists have no order, decimals count as
   * written.
   */
  public static ComparisonSettings of(Strictness strictness) {
    return new ComparisonSettings(strictness, Extraction.ANYWHERE, false, OptionalInt.empty());
  }

  /** Returns these settings with a different extraction. */
  public ComparisonSettings with(Extraction other) {
    return new ComparisonSettings(strictness, other, ordered, digits);
  }

  Tolerance tolerance() {
    return new Tolerance(lenient(), ordered, digits);
  }

  boolean lenient() {
    return strictness == Strictness.LENIENT;
  }
}
