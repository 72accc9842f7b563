/** The kinds of values that answers have. */
@NullMarked
package io.braid.math.value;

import org.jspecify.annotations.NullMarked;
