package io.braid;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lists the records that a recipe may choose for a setting of the annotated interface. A sealed
 * interface needs no list: its permitted records are the choices.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Choices {
  /** Records, or interfaces with choices of their own. */
  Class<?>[] value();
}
