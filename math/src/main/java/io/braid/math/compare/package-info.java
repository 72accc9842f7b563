/** Whether two answers are equal, and what tells them apart. */
@NullMarked
package io.braid.math.compare;

import org.jspecify.annotations.NullMarked;
