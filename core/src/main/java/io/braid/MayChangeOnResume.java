package io.braid;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a setting, with all settings in it, may differ when a run is resumed. Every other
 * setting must be the one that the run began with, since the results depend on it.
 *
 * <pre>{@code
 * public record SavingRecipe(@MayChangeOnResume @Default("2") int keep) {}
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface MayChangeOnResume {
  /** Returns what a change does to the numbers of the following steps. */
  Effect value() default Effect.NONE;

  /** What a change of a setting does to the numbers of the following steps. */
  enum Effect {
    /** Nothing: they are the same to the bit. */
    NONE,
    /** The same terms are added in another order, so the numbers differ by rounding. */
    ROUNDING,
    /** The run gets another number of steps, on which schedules may depend. */
    LENGTH
  }
}
