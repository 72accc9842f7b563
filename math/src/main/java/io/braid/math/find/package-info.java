/** The final answer of a response or of a worked solution. */
@NullMarked
package io.braid.math.find;

import org.jspecify.annotations.NullMarked;
