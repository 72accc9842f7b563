/** Comparison of two answers, and the reasons for differences. */
@NullMarked
package io.braid.math.compare;

import org.jspecify.annotations.NullMarked;
