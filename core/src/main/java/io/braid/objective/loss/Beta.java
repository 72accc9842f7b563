package io.braid.objective.loss;

import io.braid.Doc;
import io.braid.SettingError;
import io.braid.UserError;
import java.util.OptionalDouble;

/**
 * β of FlowRL's loss: a number, or {@code auto}, which depends on the length of responses.
 *
 * <p>The residual averages log-probabilities over |y| tokens, so its target is π_ref · exp(β |y| Â)
 * / Z: the effect of β grows with length. {@code auto} keeps β |y| at {@link #PRESSURE}.
 *
 * @param fixed the number; empty for {@code auto}
 */
@Doc("a number above 0, or auto")
public record Beta(OptionalDouble fixed) {
  /**
   * β |y| of {@code auto}. Where half of a group is correct, correct and incorrect responses differ
   * by about two in Â, so the target makes a correct one e^14 times more likely than the reference
   * does. docs/results/countdown.md has the measurements.
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
      throw new SettingError("beta", "must be above 0, or auto, got " + fixed.getAsDouble());
    }
  }

  /** A number. */
  public static Beta of(double number) {
    return new Beta(OptionalDouble.of(number));
  }

  /**
   * Parses a recipe's value.
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
   * β for responses of a given length.
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
