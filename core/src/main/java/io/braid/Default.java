package io.braid;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of a settings record is when the recipe does not say, written as YAML.
 *
 * <pre>{@code
 * public record RolloutSettings(
 *     @Doc("Responses sampled for each problem.") @Default("8") int samples,
 *     @Doc("1 samples from the model as it is.") @Default("1.0") double temperature,
 *     @Default("[]") List<String> stop,
 *     Optional<Integer> seed) {}
 * }</pre>
 *
 * A component without this annotation must be given, except that an {@code Optional} is then
 * absent, and a nested settings record is then made of its own defaults.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /** The value as a recipe would write it after the colon. */
  String value();
}
