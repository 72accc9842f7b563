/** The kinds of answers and expressions, and the values that they have. */
@NullMarked
package io.braid.math.value;

import org.jspecify.annotations.NullMarked;
