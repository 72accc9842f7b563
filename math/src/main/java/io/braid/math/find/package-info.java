/** Where the final answer is in a response. */
@NullMarked
package io.braid.math.find;

import org.jspecify.annotations.NullMarked;
