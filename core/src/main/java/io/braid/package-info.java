/** The doorstep: what every room may use. */
@NullMarked
package io.braid;

import org.jspecify.annotations.NullMarked;
