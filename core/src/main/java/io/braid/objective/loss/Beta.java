package io.braid.objective.loss;

import io.braid.Doc;
import io.braid.UserError;
import java.util.OptionalDouble;

/**
 * β of trajectory balance: a number, or {@code auto}, which goes by the responses' length.
 *
 * <p>The residual's log-probabilities are means over |y| tokens, so its target is π_ref · exp(β |y|
 * Â) / Z: the same β presses harder the longer the responses are. {@code auto} keeps β |y| at
 * {@link #PRESSURE}.
 *
 * @param fixed the number; empty for {@code auto}
 */
@Doc("a number above 0, or auto")
public record Beta(OptionalDouble fixed) {
  /**
   * β |y| of {@code auto}. Two responses to a prompt of which half are right are about two apart in
   * Â, so the target holds the right one e^14 times likelier than the reference does; more presses
   * harder without wanting anything else. docs/results/countdown.md has what was measured.
   */
  public static final double PRESSURE = 7;

  private static final String AUTO = "auto";

  /**
   * Checks the number.
   *
   * @throws UserError when it is not above 0
   */
  public Beta {
    if (fixed.isPresent() && !(fixed.getAsDouble() > 0)) {
      throw new UserError("beta: must be above 0, or auto, got " + fixed.getAsDouble());
    }
  }

  /** A number. */
  public static Beta of(double number) {
    return new Beta(OptionalDouble.of(number));
  }

  /**
   * Reads it as a recipe writes it.
   *
   * @throws IllegalArgumentException when it is neither a number above 0 nor {@code auto}
   */
  public static Beta parse(String text) {
    if (text.equals(AUTO)) {
      return new Beta(OptionalDouble.empty());
    }
    double number = Double.parseDouble(text);
    if (!(number > 0)) {
      throw new IllegalArgumentException(text);
    }
    return of(number);
  }

  /**
   * The number for responses of a length.
   *
   * @param length the mean over an optimizer step's responses, in tokens
   */
  public double at(double length) {
    return fixed.orElse(PRESSURE / length);
  }

  @Override
  public String toString() {
    return fixed.isPresent() ? Double.toString(fixed.getAsDouble()) : AUTO;
  }
}
