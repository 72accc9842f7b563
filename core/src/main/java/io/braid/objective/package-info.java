/** What is optimised: advantages and losses, each the size of its formula. */
@NullMarked
package io.braid.objective;

import org.jspecify.annotations.NullMarked;
