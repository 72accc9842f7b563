/** The table of a training step: a row for each response, a column for each quantity. */
@NullMarked
package io.braid.trajectory;

import org.jspecify.annotations.NullMarked;
