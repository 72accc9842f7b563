/** Objectives: rewards, advantages and losses, each in a file about the size of its formula. */
@NullMarked
package io.braid.objective;

import org.jspecify.annotations.NullMarked;
