/** Reads text into values: tokens, numbers, formulas, words and units. */
@NullMarked
package io.braid.math.read;

import org.jspecify.annotations.NullMarked;
