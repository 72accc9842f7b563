package io.braid;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Inlines a nested settings record: its keys become keys of the outer record. Settings that several
 * recipes share can thus be declared once, with one default, one description and one check.
 *
 * <pre>{@code
 * public record SftRecipe(int steps, @Inline ComputeRecipe compute) {} // steps, micro_batch_tokens
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {}
