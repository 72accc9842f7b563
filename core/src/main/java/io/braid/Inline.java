package io.braid;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a component of a settings record that is itself a settings record: its keys stand among the
 * keys of the outer record, without a key of their own. Settings that several recipes share are so
 * declared once, with one default, one sentence and one check.
 *
 * <pre>{@code
 * public record SftRecipe(int steps, @Inline ComputeRecipe compute) {} // steps, micro_batch_tokens
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {}
