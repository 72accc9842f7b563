/** The kinds of answers and expressions, and their values. */
@NullMarked
package io.braid.math.value;

import org.jspecify.annotations.NullMarked;
