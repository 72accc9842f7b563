/** The layouts in which data sets store problems. */
@NullMarked
package io.braid.task.layout;

import org.jspecify.annotations.NullMarked;
