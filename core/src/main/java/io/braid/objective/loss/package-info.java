/** Policy losses, one file each. */
@NullMarked
package io.braid.objective.loss;

import org.jspecify.annotations.NullMarked;
