package io.braid.objective.loss;

import io.braid.Doc;
import io.braid.SettingError;
import io.braid.UserError;
import java.util.OptionalDouble;

/**
 * β of FlowRL's loss: a fixed number, or {@code auto}, which adapts it to the length of responses.
 *
 * <p>The residual averages log-probabilities over |y| tokens, so its target is π_ref · exp(β |y| Â)
 * / Z: the effect of β grows with length. {@code auto} keeps β |y| at {@link #PRESSURE}.
 *
 * @param fixed the fixed number; empty for {@code auto}
 */
@Doc("a number above 0, or auto")
public record Beta(OptionalDouble fixed) {
  /**
   * The value of β |y| under {@code auto}. If half of a group is correct, Â differs by about 2
   * between correct and incorrect responses, so the target makes a correct response e^14 times more
   * likely than the reference does. The measurements are in docs/results/countdown.md.
   */
  public static final double PRESSURE = 7;

  private static final String AUTO = "auto";

  /**
   * Checks that the number is above 0.
   *
   * @throws UserError if it is not
   */
  public Beta {
    if (fixed.isPresent() && !(fixed.getAsDouble() > 0)) {
      throw new SettingError("beta", "must be above 0, or auto, got " + fixed.getAsDouble());
    }
  }

  /** Creates a fixed β. */
  public static Beta of(double number) {
    return new Beta(OptionalDouble.of(number));
  }

  /**
   * Parses a recipe's value.
   *
   * @throws IllegalArgumentException if it is neither a number above 0 nor {@code auto}
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
   * Returns β for responses of a given length.
   *
   * @param length mean length of the optimizer step's responses, in tokens
   */
  public double at(double length) {
    return fixed.orElse(PRESSURE / length);
  }

  @Override
  public String toString() {
    return fixed.isPresent() ? Double.toString(fixed.getAsDouble()) : AUTO;
  }
}
