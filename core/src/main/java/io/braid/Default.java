package io.braid;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The default value of a component of a settings record, written as YAML.
 *
 * <pre>{@code
 * public record RolloutSettings(
 *     @Doc("Responses sampled for each problem.") @Default("8") int samples,
 *     @Doc("1 samples from the model as it is.") @Default("1.0") double temperature,
 *     @Default("[]") List<String> stop,
 *     Optional<Integer> seed) {}
 * }</pre>
 *
 * A component without this annotation is required, with two exceptions: an {@code Optional}
 * defaults to empty, and a nested settings record to its own defaults.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /** The value, as written after the colon in a recipe. */
  String value();
}
